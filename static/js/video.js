/* Coding from a video: the player above the pads, and the keys that spare the mouse.

   A reload forgets the file, for it is never kept: the same one is chosen again, and nothing is lost. What was going on
   then counts as seen up to the last event only. */

import { element } from "./element.js";
import * as tape from "./tape.js";
import { videoField } from "./video_file.js";
import { player } from "./video_player.js";
import { t } from "./words.js";

const CHILD_KEYS = "1234567890";
const ADULT_KEYS = "qwertyuiop";

/* Whether this log is coded from a video. */
export const isVideo = (log) => tape.isVideo(log.tape);

/* The place of the video: the player, or the question for the file. `jump`, `rest` and `onlyLook` wait for a file. */
export function videoPlace(app) {
  const { log } = app;
  const { video } = log.picture().opening;
  const made = element("div", { class: "video__frame" });
  let shown = null;
  if (!log.picture().paused) log.write(tape.pause(log.tape, log.tape.at(-1).t, true)); // it was reloaded while it ran
  const put = (file) => {
    app.video = file;
    shown = player(file, {
      onRun: (ms) => log.write(tape.pause(log.tape, ms, false)),
      onRest: (ms) => log.write(tape.pause(log.tape, ms, true)),
    });
    log.clock = shown.now;
    made.replaceChildren(shown.made);
  };
  if (app.video) put(app.video);
  else made.append(videoField(t("Choose the video again: {name}", { name: video.name }), (file) => file && put(file), video));
  return {
    made,
    jump: (ms) => shown?.jump(ms),
    rest: () => shown?.rest(),
    onlyLook: (on) => shown?.onlyLook(on),
    toggle: () => shown?.toggle(),
    step: (forward) => shown?.step(forward),
    leave: () => {
      shown?.leave();
      log.clock = null;
    },
  };
}

/* Keys for the pads and the player, as long as nothing is being typed; each pad shows its key. `on()` says whether they
   are wanted. Returns what takes them off again. */
export function keys(surface, video, on) {
  const byKey = new Map();
  const give = (pads, letters) =>
    pads.forEach((pad, place) => {
      if (place >= letters.length) return;
      byKey.set(letters[place], pad);
      pad.setAttribute("aria-keyshortcuts", letters[place]);
      pad.append(element("kbd", { class: "pad__key", "aria-hidden": "true" }, letters[place]));
    });
  give([...surface.querySelectorAll(".pad--child")], CHILD_KEYS);
  give([...surface.querySelectorAll(".pad--caregiver, .pad--apart")], ADULT_KEYS);
  const acts = { " ": video.toggle, ArrowRight: () => video.step(true), ArrowLeft: () => video.step(false) };
  const press = (event) => {
    if (!on() || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const pad = byKey.get(event.key.toLowerCase());
    const act = pad ? () => pad.click() : acts[event.key];
    if (!act || (event.key === " " && event.target.closest("button"))) return;
    event.preventDefault();
    if (!pad || !event.repeat) act();
  };
  addEventListener("keydown", press);
  return () => removeEventListener("keydown", press);
}

const isTyping = (target) => target.closest("input, textarea, select, dialog") !== null;
