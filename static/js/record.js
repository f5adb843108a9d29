/* The page on the tablet: which screen is shown, and what the screens share.

   Everything is kept, sealed, by `unlocked.js`: after a reload the same screen stands there, with the same words in its
   fields. Nobody is there until a vault is open; sending needs none. One tab writes one log: a Web Lock of its own holds
   the log while it is open here. */

import { activities } from "./activities.js";
import { alarm } from "./alarm.js";
import { askReview } from "./ask_review.js";
import { askStart } from "./ask_start.js";
import { asking } from "./asking.js";
import { caseload } from "./caseload.js";
import { keep } from "./catalogues.js";
import { moment } from "./clock.js";
import * as device from "./device.js";
import { done, withdrawn } from "./done.js";
import { Draft } from "./draft.js";
import { button, element } from "./element.js";
import { takeUp } from "./hand_over.js";
import { watchIdle } from "./idle.js";
import { held } from "./lock.js";
import { locked } from "./locked.js";
import { OpenLog } from "./log.js";
import { noticed } from "./noticed.js";
import { afterReview, next, observing } from "./observing.js";
import { offset } from "./offset.js";
import { Outbox, isSent } from "./outbox.js";
import { page } from "./page.js";
import { putAside } from "./put_aside.js";
import { rate } from "./rate.js";
import { review } from "./review.js";
import { safety, safetyStart } from "./safety.js";
import { beside } from "./safety_beside.js";
import { practiceStart, secondStart } from "./second.js";
import { refusal, roundTrip } from "./self_check.js";
import * as server from "./server.js";
import { showPage } from "./show_page.js";
import { sortStart } from "./sort_start.js";
import { sorting } from "./sorting.js";
import { watchStanding } from "./standing.js";
import { start } from "./start.js";
import { syncBadge } from "./sync_badge.js";
import * as tape from "./tape.js";
import { thisTablet } from "./this_tablet.js";
import { timings } from "./timings.js";
import * as users from "./users.js";
import { uuid7 } from "./uuid7.js";
import { ask, inControl, install, started } from "./version.js";
import { visitOf } from "./visits.js";
import { t } from "./words.js";

const SCREENS = {
  locked,
  families: caseload,
  tablet: thisTablet,
  put_aside: putAside,
  activities,
  start,
  sort_start: sortStart,
  sorting,
  observing,
  review,
  noticed,
  rate,
  page,
  ask_start: askStart,
  asking,
  ask_review: askReview,
  safety_start: safetyStart,
  safety,
  second_start: secondStart,
  practice_start: practiceStart,
  done,
  show: showPage,
  withdrawn,
};
/* Screens on which no log is open: going there lets go of the one that is. */
const BETWEEN = new Set([
  "families",
  "tablet",
  "put_aside",
  "activities",
  "start",
  "sort_start",
  "ask_start",
  "safety_start",
  "second_start",
  "practice_start",
]);
/* Screens that nobody comes back to at the next start. */
const ASIDE = new Set(["tablet", "put_aside"]);
const ENDS = new Set(["end", "abort"]);
const AT_WORK = { observation: "observing", sort: "sorting", questionnaire: "asking", safety: "safety" };
const SOON_MS = 700;
const RECORDING_MS = 8000; // while she watches, sending takes what came together
const IDLE_MS = 600_000;

class App {
  constructor(language, root) {
    this.language = language;
    this.root = root;
    this.place = { screen: "families" };
    this.unlocked = null; // what is hers here, while she has it unlocked
    this.lockDue = false; // this tablet is to be locked as soon as no log is open
    this.begun = []; // the logs of this person on this tablet, oldest first
    this.signedOut = false;
    this.elsewhere = false; // another window has the log that was to be opened
    this.handedOver = null; // while the tablet is in the caregiver's hands: what `hand_over.js` keeps of it
    this.beside = null; // the safety note beside the open log
    this.leaving = [];
  }

  async begins() {
    this.hand = await device.fact("hand");
    this.loss = await device.loss();
    timings.goOn(await device.fact("timings"));
    this.outbox = new Outbox({ device, onRevoked: () => this.revoked() });
    ask(inControl(), "version").then((known) => (this.outbox.version = known?.choice?.release));
    const { unlocked, pulled, signedOut } = await users.arrive().catch((error) => this.stranger(error));
    this.signedOut = signedOut;
    if (unlocked) await this.arrives(unlocked, pulled);
    if (unlocked && signedOut) await this.pull(); // her own token may still do
    this.safetyEntry = button("", () => this.beside.open(), { class: "chip-button", "data-act": "safety-note" });
    await this.outbox.tell("idle"); // what is known before anything was asked
    document.querySelector("#badge").append(this.safetyEntry, syncBadge(this.outbox, this.language));
    for (const moment of ["online", "focus"]) addEventListener(moment, () => this.outbox.soon());
    addEventListener("online", () => this.measure());
    users.onLock(() => this.lockSoon());
    watchStanding(this);
    watchIdle(IDLE_MS, () => this.mayLock(), () => this.lock().catch(() => undefined));
    this.outbox.soon(0);
    await this.show();
    addEventListener("beforeunload", (event) => {
      if (this.log?.queue.length > 0 || this.beside?.isUnsaved()) event.preventDefault(); // something is in memory only
    });
  }

  /* Whoever is signed in belongs to another programme than this tablet: nothing opens for her. */
  stranger(error) {
    if (!(error instanceof users.OtherProgramme)) throw error;
    this.isStranger = true;
    return { unlocked: null, pulled: null, signedOut: false };
  }

  /* Her vault is open: go on where she was. */
  async arrives(unlocked, pulled) {
    Object.assign(this, { unlocked, pulled });
    device.persist().then((promised) => (this.persisted = promised)); // some browsers ask the visitor first
    keep(pulled?.programme.languages ?? []).catch(() => undefined); // the next start keeps them
    const place = this.handedOver
      ? { screen: "asking", log: this.handedOver.log }
      : await unlocked.fact("place");
    this.place = place && !ASIDE.has(place.screen) ? place : { screen: "families" };
    if (this.place.log && !(await this.take(this.place.log))) this.place = { screen: "families" };
    if (this.place.screen === "observing" && this.hasStopped()) this.place.screen = next(this.log, this.scheme());
  }

  /* The end of an observation may be kept, and the step to the next screen not. */
  hasStopped() {
    const { ended, aborted } = this.log.picture();
    return ended || aborted !== null;
  }

  /* Somebody opens her vault on the locked screen; `unlocking` resolves with what is hers. */
  async enter(unlocking) {
    const unlocked = await unlocking;
    await this.arrives(unlocked, users.current(await unlocked.fact("pulled")));
    await this.show();
    await this.pull();
    if (BETWEEN.has(this.place.screen)) await this.show();
    this.outbox.soon();
  }

  /* Fetch the caseload; without a network or a sign-in the one that is kept serves. */
  async pull() {
    try {
      this.pulled = await users.pull(this.unlocked);
      this.signedOut = false;
    } catch (error) {
      if (!(error instanceof server.Unreachable)) throw error;
      this.signedOut = error.signedOut;
      this.pulled = users.current(this.pulled);
    }
  }

  /* A tablet that lies about may lock itself, but never in an observation or in the caregiver's hands. */
  mayLock() {
    return this.unlocked?.kind === "passphrase" && !this.handedOver && this.place.screen !== "observing";
  }

  /* Lock: what is hers is out of reach until she is back; what is open is kept, and is gone on with then. */
  async lock() {
    await this.letGo();
    await users.lock();
    this.forget();
  }

  /* Lock, and end what the server's pages know of her. */
  async signOut() {
    await this.lock();
    await users.signOut();
  }

  /* Nobody is here any more. */
  forget() {
    Object.assign(this, { unlocked: null, pulled: null, begun: [], lockDue: false, place: { screen: "locked" } });
    this.show();
  }

  /* It was locked in another window, or taken out of service: here as soon as no log is open. */
  async lockSoon() {
    this.lockDue = this.unlocked !== null;
    if (this.lockDue && !this.log && !this.handedOver) this.forget();
  }

  async revoked() {
    if (!(await users.revoke())) return;
    await this.lockSoon();
    if (!this.unlocked) await this.show();
  }

  /* Go to a screen; it is kept as the place to come back to. */
  async go(screen, more = {}) {
    if (BETWEEN.has(screen)) await this.letGo();
    this.place = { screen, ...(this.log && { log: this.log.id }), ...more };
    this.draft?.set("screen", screen);
    await this.unlocked.keepFact("place", this.place);
    if (this.lockDue && !this.log) return this.forget();
    await this.show();
    window.scrollTo(0, 0);
    this.root.querySelector("h1")?.focus({ preventScroll: true });
  }

  async show() {
    for (const leave of this.leaving.splice(0)) leave();
    if (!this.log) await this.findBegun();
    const screen = !this.unlocked ? "locked" : this.handedOver ? "asking" : this.place.screen;
    document.body.dataset.screen = screen;
    this.safetyEntry.textContent = t("Safety note");
    this.safetyEntry.hidden = !this.beside;
    const over = this.log ? [alarm(this.log)] : [];
    if (this.beside && !this.handedOver) over.push(this.beside.made, this.beside.alarms);
    this.root.replaceChildren(SCREENS[screen](this), ...over);
    if (!this.handedOver) this.beside?.openAgain();
  }

  onLeave(act) {
    this.leaving.push(act);
  }

  family(id) {
    const granted = (this.pulled?.grants ?? []).map((one) => one.family);
    return [...(this.pulled?.families ?? []), ...granted].find((family) => family.id === id);
  }

  /* The document of the scheme that this log was opened with, also when a newer one has come since. */
  scheme() {
    return this.log.row.scheme;
  }

  get leftHanded() {
    return this.hand ?? this.pulled?.account.left_handed ?? false;
  }

  setHand(left) {
    this.hand = left;
    return device.keepFact("hand", left);
  }

  /* A published instrument by its name and version ("safe-base-cards/1"), or undefined. */
  instrument(id) {
    return this.pulled?.instruments.find((one) => one.id === id);
  }

  /* The local date of a moment in ms since 1970, or of now, as the tablet's zone has it. */
  today(moment = Date.now()) {
    return new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" }).format(moment);
  }

  /* The visit that is going on at a family, or the planned one; null where none is known. */
  visitOf(family) {
    return visitOf(family, this.begun, this.today(), (moment) => this.today(moment));
  }

  day(date) {
    const form = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" };
    return new Intl.DateTimeFormat(this.language, form).format(Date.parse(date));
  }

  /* Start an observation at the touch of Begin. */
  begin(family, chosen, stamp) {
    const instrument = this.pulled.instruments.find((one) => one.id === chosen.scheme);
    const opening = {
      kind: "observation",
      role: "primary",
      context: chosen.context,
      ...this.watching(chosen),
      consent: { observe: true, given_now: chosen.givenNow },
      present: chosen.present.trim(),
      state: chosen.state,
    };
    return this.beginLog(family, chosen, opening, instrument, stamp);
  }

  /* What is watched: this moment, or a video of this device, of which only what is known of it is kept. */
  watching(chosen) {
    this.video = chosen.video ? chosen.file : null;
    return chosen.video
      ? { clock: "video", video: chosen.video, planned_ms: chosen.video.length_ms }
      : { clock: "monotonic", planned_ms: chosen.minutes * 60_000 };
  }

  /* Start a log of any kind: `opening` is what its kind adds, `instrument` what it is done with (null: nothing).
     `about` names the child, the caregiver and the visit: not named it is the one that is going on, null a new one.
     A practice has no `family` (null), and so no visit. */
  async beginLog(family, about, opening, instrument, stamp) {
    await this.open(await this.opened(family, about, opening, instrument, stamp));
    this.log.onWrite(); // its first event came before anybody listened
    await this.go(AT_WORK[opening.kind]);
  }

  /* A new log with its draft, held for this tab: not yet the one that this page is about. */
  async opened(family, about, opening, instrument, stamp) {
    const started = moment(stamp);
    await this.findBegun();
    const id = uuid7(Date.now());
    const first = {
      ...opening,
      ...(instrument && {
        instrument: instrument.document.name,
        version: instrument.document.version,
        hash: instrument.hash,
      }),
      ...(family ? this.whose(family, about) : { children: [], caregivers: [] }),
      device: (await users.tablet()).id,
      user: this.pulled.account.id,
      wall: new Date(started).toISOString(),
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    };
    const release = await held(id);
    const log = await OpenLog.begin(this.unlocked, id, started, first, instrument?.document ?? null);
    return { log, draft: await Draft.of(this.unlocked, id), release };
  }

  /* What a log says of a family: the visit, and its people, the focal ones first. */
  whose(family, about) {
    const visit = about.visit === undefined ? this.visitOf(family) : about.visit;
    const others = family.caregivers.map((one) => one.id).filter((one) => one !== about.caregiver);
    return {
      visit: visit ?? uuid7(Date.now()),
      family: family.id,
      children: [about.child].filter(Boolean),
      caregivers: [about.caregiver, ...others].filter(Boolean),
    };
  }

  /* Take up a log where it was left. */
  async resume(row) {
    if (!(await this.take(row.id))) return this.show();
    const { ended, aborted, closed } = this.log.picture();
    const stopped = ended || aborted;
    const { kind } = this.log.row;
    const usual = kind === "observation" && stopped ? afterReview(this.log) : AT_WORK[kind];
    await this.go(closed ? "done" : this.draft.get("screen", usual));
  }

  async take(id) {
    const row = await this.unlocked.log(id);
    if (!row) return false; // only who began a log goes on with it
    const release = await held(id);
    this.elsewhere = release === null;
    if (this.elsewhere) return false;
    const log = await OpenLog.resume(this.unlocked, row);
    await this.open({ log, draft: await Draft.of(this.unlocked, id), release });
    if (!this.log.picture().closed) this.log.add(tape.anchor, undefined, new Date().toISOString());
    return true;
  }

  async open({ log, draft, release }) {
    Object.assign(this, { log, draft, release });
    const stopped = () => this.place.screen !== "observing";
    log.onWrite = () => {
      this.outbox.written(stopped() ? SOON_MS : RECORDING_MS);
      if (ENDS.has(log.tape.at(-1).kind)) this.measure();
    };
    this.measure();
    this.beside = await beside(this);
  }

  /* How far the clocks are apart, before and after, as far as there is a network: an anchor says it. */
  async measure() {
    const { log } = this;
    const { token } = (await users.tablet()) ?? {};
    const found = log && token && (await offset(() => server.hello({ device: token })));
    if (!found) return;
    this.outbox.drift = -found.offset;
    if (log !== this.log || log.picture().closed) return;
    log.add(tape.anchor, undefined, new Date().toISOString(), found);
  }

  async letGo() {
    if (!this.log) return;
    await this.log.kept();
    await this.beside?.letGo();
    this.release();
    Object.assign(this, { log: null, draft: null, beside: null });
    this.place = { screen: "families" };
  }

  /* Finished here: its draft is forgotten, its log stays until the server's keeping is sure. */
  async putAway(screen = "families", more = {}) {
    const { id } = this.log;
    await device.changeLog(id, (row) => ({ ...row, done: true }));
    await this.draft.forget();
    await this.go(screen, more);
    await this.pull();
    await this.show();
  }

  async findBegun() {
    this.begun = this.unlocked ? await this.unlocked.logs() : [];
  }

  get unfinished() {
    return this.begun.filter((row) => !row.done);
  }

  /* Whether the server holds this log to its last event. */
  async sent(id) {
    const row = await this.unlocked?.log(id);
    return row !== undefined && isSent(row) && this.log?.queue.length === 0;
  }
}

async function main() {
  const root = document.querySelector("#content");
  const app = new App(document.documentElement.lang, root);
  try {
    await roundTrip();
    await takeUp(app);
    await app.begins();
    install().then(started, () => undefined); // without a network the next start brings it
  } catch (error) {
    root.replaceChildren(
      element(
        "section",
        { class: "sheet" },
        element("h1", {}, t("This browser cannot be used")),
        element(
          "p",
          { class: "message", role: "alert" },
          t("This browser cannot keep data safely, so nothing is recorded here."),
          " ",
          refusal(error),
        ),
      ),
    );
    throw error;
  }
}

main();
