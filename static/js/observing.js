/* The screen while she watches: pads, who answers, the clock, the chips and the tape. Nothing on it blinks. */

import { anchors } from "./anchors.js";
import { choice } from "./choice.js";
import { minutes } from "./clock.js";
import { button, element } from "./element.js";
import { holdButton } from "./hold.js";
import { liveTape } from "./live_tape.js";
import { momentNote } from "./moment_note.js";
import { pads } from "./pads.js";
import { isCodedByTwo } from "./second.js";
import { stayAwake } from "./awake.js";
import { stopEarly } from "./stop_early.js";
import * as tape from "./tape.js";
import { isVideo, keys, videoPlace } from "./video.js";
import { label, t } from "./words.js";

/* The code of a tap on a spoken "now", in every scheme. */
const SYNC = "SYNC";

export function observing(app) {
  const { log, draft } = app;
  const scheme = app.scheme();
  const people = persons(app);
  const note = momentNote(log, draft, () => update());
  const video = isVideo(log) ? videoPlace(app) : null;

  const tap = (stamp, code, side) => {
    if (!video && log.picture().paused) log.add(tape.pause, stamp, false); // a tap is never refused: it goes on
    const by = draft.get("by", people.focal);
    return log.add(tape.tap, stamp, code, side !== "child" && by !== people.focal ? { by } : undefined);
  };
  const takeBack = (stamp, event) => log.add(tape.undo, stamp, event.seq);
  const toggle = (stamp, seq) => log.write(tape.toggle(log.tape, log.at(stamp), seq));
  const live = liveTape((step) => wordsOf(step, scheme, app.language, people), toggle, video?.jump);
  const finish = (verb, stamp, ...rest) => {
    note.done(stamp);
    video?.rest();
    if (video) log.write(verb(log.tape, log.picture().length, ...rest));
    else log.add(verb, stamp, ...rest);
    app.go(next(log, scheme));
  };
  const dialog = stopEarly((stamp, reason, words) => finish(tape.abort, stamp, reason, words));

  const clock = element("span", { class: "clock__time" });
  const planned = element("span", { class: "clock__planned" });
  const chips = chipRow(log, note, toggle, !video && isCodedByTwo(app, log.picture().opening), video);
  const named = (by) => {
    const name = people.adults.find(([id]) => id === by)?.[1] ?? people.focalName;
    surface.querySelector(".pads__column--caregiver .pads__title").textContent = name;
  };
  const surface = pads(scheme, app.language, { child: people.child, caregiver: people.focalName }, tap, takeBack);
  const made = element(
    "section",
    { class: video ? "observe observe--video" : "observe", "data-hand": app.leftHanded ? "left" : "right" },
    element(
      "header",
      { class: "observe__top" },
      element("h1", { tabindex: "-1" }, people.child),
      people.adults.length > 1 && who(people, draft, named),
      element("p", { class: "clock", role: "timer", "aria-label": t("Time watched") }, clock, planned),
    ),
    video?.made,
    surface,
    note.place,
    element(
      "div",
      { class: "observe__chips" },
      chips.row,
      element(
        "div",
        { class: "observe__end" },
        button(t("Stop early"), () => dialog.showModal(), { class: "chip-button", "data-act": "stop-early" }),
        holdButton(t("Hold to end"), (stamp) => finish(tape.end, stamp)),
      ),
    ),
    live.list,
    dialog,
  );

  const tick = () => {
    const picture = log.picture();
    clock.textContent = minutes(video ? log.at() : picture.spent);
    planned.textContent = video ? watched(picture) : said(picture);
    surface.dataset.resting = String(!video && picture.paused);
  };
  const update = () => {
    const picture = log.picture();
    live.update(picture.steps, log.storedUpto);
    chips.update(picture);
    tick();
  };
  log.listeners.add(update);
  update();
  const ticking = setInterval(tick, 250);
  const stopAnchoring = video ? () => undefined : anchors(log); // a video's time is no time of day
  const keysOff = video ? keys(surface, video, () => chips.hasKeys()) : () => undefined;
  const sleepAgain = stayAwake();
  app.onLeave(() => {
    log.listeners.delete(update);
    clearInterval(ticking);
    stopAnchoring();
    keysOff();
    video?.leave();
    sleepAgain();
  });
  return made;
}

/* Where an observation that has stopped goes on: what must be asked comes first. */
export function next(log, scheme) {
  if (log.picture().aborted?.reason === "family_withdrew") return "withdrawn";
  return tape.toReview(log.tape, scheme).length > 0 ? "review" : afterReview(log);
}

/* What follows the look back: only the first observer of a visit leaves a page with the family. */
export const afterReview = (log) => (log.picture().opening.role === "primary" ? "noticed" : "rate");

function persons(app) {
  const opening = app.log.picture().opening;
  const family = app.family(opening.family);
  const name = (list, id) => list?.find((person) => person.id === id)?.first_name ?? "";
  const adults = opening.caregivers.map((id) => [id, name(family?.caregivers, id) || t("Caregiver")]);
  return {
    child: name(family?.children, opening.children[0]) || t("Child"),
    focal: opening.caregivers[0],
    focalName: adults[0]?.[1] ?? t("Caregiver"),
    adults: adults.length > 0 ? [...adults, ["other", t("Somebody else")]] : [],
  };
}

function who(people, draft, named) {
  const chosen = draft.get("by", people.focal);
  const act = (by) => {
    draft.set("by", by);
    named(by);
  };
  named(chosen);
  return choice(t("Who answers?"), people.adults, chosen, act, { class: "choice choice--line who" });
}

function said(picture) {
  if (picture.paused) return t("paused");
  const plan = picture.opening.planned_ms;
  return picture.spent >= plan ? t("planned time is over") : t("of {time}", { time: minutes(plan) });
}

/* How much of a video was played with coding on. */
const watched = (picture) =>
  t("of {time}, {seen} coded", { time: minutes(picture.length), seen: minutes(picture.spent) });

function chipRow(log, note, toggle, byTwo, video) {
  const chip = (words, act, name) => button(
    words,
    (event) => act(event.timeStamp),
    { class: "chip-button", "data-act": name },
  );
  const paused = video ? lookChip(video) : chip(t("Pause"), (stamp) => log.add(tape.pause, stamp, !log.picture().paused), "pause");
  const withKeys = video && pressedChip(t("Keys"), "keys", true);
  const out = chip(t("Out of view"), (stamp) => log.add(tape.view, stamp, !log.picture().out), "view");
  const undo = chip(t("Undo"), (stamp) => {
    const last = log.picture().steps.findLast((step) => !step.struck);
    if (last) toggle(stamp, last.seq);
  }, "undo");
  const row = element(
    "div",
    { class: "observe__chiprow" },
    byTwo && button(t("Now"), (event) => log.add(tape.tap, event.timeStamp, SYNC), {
      class: "chip-button chip-button--now",
      "data-act": "sync",
    }),
    chip(t("Keep"), (stamp) => note.open("keep", stamp), "keep"),
    chip(t("Ask my supervisor"), (stamp) => note.open("ask", stamp), "ask"),
    out,
    paused,
    undo,
    video ? withKeys : chip(t("Strike the last 30 s"), (stamp) => log.add(tape.strike, stamp), "strike"),
  );
  const update = (picture) => {
    if (!video) paused.textContent = picture.paused ? t("Go on") : t("Pause");
    out.textContent = picture.out ? t("Back in view") : t("Out of view");
    if (!video) paused.setAttribute("aria-pressed", String(picture.paused));
    out.setAttribute("aria-pressed", String(picture.out));
  };
  return { row, update, hasKeys: () => withKeys.getAttribute("aria-pressed") === "true" };
}

/* A chip that is pressed or not; `act` hears of it. */
function pressedChip(words, name, pressed, act = () => undefined) {
  const made = button(
    words,
    () => {
      const on = made.getAttribute("aria-pressed") !== "true";
      made.setAttribute("aria-pressed", String(on));
      act(on);
    },
    { class: "chip-button", "data-act": name, "aria-pressed": String(pressed) },
  );
  return made;
}

/* While she only looks, what is played does not count as coded. */
const lookChip = (video) => pressedChip(t("Only look"), "only-look", false, video.onlyLook);

/* The words of a step on the tape, and the side it belongs to. */
export function wordsOf(step, scheme, language, people) {
  if (step.code === SYNC) return { side: "mark", words: t("Now") };
  if (step.kind === "tap") {
    const item = [...scheme.cues, ...scheme.responses, ...(scheme.markers ?? [])].find((one) => one.code === step.code);
    const by = step.data?.by ? people.adults.find(([id]) => id === step.data.by)?.[1] : "";
    const side = scheme.cues.includes(item) ? "child" : "caregiver";
    return { side, words: [label(item?.label, language, step.code), by].filter(Boolean).join(" · ") };
  }
  const words = {
    flag: () => (step.code === "KEEP" ? t("Keep") : t("Ask my supervisor")),
    pause: () => (step.data.on ? t("Pause") : t("Go on")),
    view: () => (step.data.out ? t("Out of view") : t("Back in view")),
    void: () => t("Strike the last 30 s"),
  };
  return { side: "mark", words: words[step.kind]() };
}
