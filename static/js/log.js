/* The one log that is open on this tablet: it gives each event its place, keeps it, and says when it is kept.

   A step is on the screen at once; it counts as stored only when the device says so. Sealing begins with the touch and
   keeps nothing waiting that is shown. Events are stored in their order, those that came together in one transaction:
   `seq` has no holes, also when storage fails for a while. `broken` holds the error until storage works again.
   `onWrite` hears of every event at once, `listeners` of every change. */

import { ZERO_HEAD, extend } from "./chain.js";
import { isGap, moment } from "./clock.js";
import * as device from "./device.js";
import * as tape from "./tape.js";
import { timings } from "./timings.js";
import { places, sealText } from "./vault.js";

const MOST_AT_ONCE = 50;

export class OpenLog {
  constructor(row, key, events, fresh = null) {
    this.row = row;
    this.key = key;
    this.tape = events;
    this.fresh = fresh; // a new log's row: it is stored with the first event
    this.head = row.head ?? ZERO_HEAD;
    this.storedUpto = events.length;
    this.broken = null;
    this.queue = [];
    this.storing = null;
    this.listeners = new Set();
    this.onWrite = () => undefined;
    this.clock = null; // of a video that is coded: gives the time of the frame that is shown, in ms
  }

  /* Start a log of an unlocked person's; `opening` is the data of its first event, `scheme` the document of the
     instrument that it is done with to its end (null without one). */
  static async begin(unlocked, id, started, opening, scheme) {
    const secret = {
      started,
      scheme,
      family: opening.family ?? null,
      visit: opening.visit ?? null,
      role: opening.role ?? null,
      child: opening.children[0] ?? null,
    };
    const { row, whole, key } = await unlocked.newLog({ id, kind: opening.kind }, secret);
    const log = new OpenLog(whole, key, [], row);
    log.write(tape.open(opening));
    return log;
  }

  /* Take up a log that this tablet kept. */
  static async resume(unlocked, row) {
    const key = await unlocked.logKey(row);
    const strings = await unlocked.strings(row, key);
    const log = new OpenLog(row, key, strings.map((string) => JSON.parse(string)));
    log.goOnFrom(log.tape.at(-1)?.t ?? 0);
    return log;
  }

  /* Where the clock was set back between two starts, time would stand still until it has caught up: go on from the last
     event, and say so. A clock that was set ahead looks like time that passed. */
  goOnFrom(t) {
    const behind = t - this.at();
    if (!isGap(behind)) return;
    this.row = { ...this.row, started: this.row.started - behind };
    if (!this.picture().closed) this.add(tape.gap, undefined, -behind);
  }

  get id() {
    return this.row.id;
  }

  /* Milliseconds since the start at a touch's time stamp, or now; of a video, the time of the frame that is seen. */
  at(stamp) {
    if (tape.isVideo(this.tape)) return this.clock?.() ?? this.tape.at(-1).t;
    return moment(stamp) - this.row.started;
  }

  /* What all events mean together, now. */
  picture() {
    return tape.project(this.tape, this.at());
  }

  /* Add what a verb of tape.js makes: `log.add(tape.tap, stamp, code, data)`. */
  add(verb, stamp, ...rest) {
    return this.write(verb(this.tape, this.at(stamp), ...rest), stamp);
  }

  /* Add an event's exact string; `stamp` is when the finger touched, if one did. */
  write(string, stamp = undefined) {
    const event = JSON.parse(string);
    this.tape.push(event);
    const entry = { event, string, stamp, row: null };
    this.queue.push(entry);
    this.sealed(entry).catch(() => undefined); // whoever stores it hears of it
    this.tell();
    this.onWrite();
    this.storing ??= this.drain();
    return event;
  }

  /* Resolves when all that was written is kept; rejects while storage is broken. */
  async kept() {
    await this.storing;
    if (this.broken) throw this.broken;
  }

  /* Try storage again. */
  again() {
    this.broken = null;
    this.storing ??= this.drain();
    return this.kept();
  }

  async drain() {
    try {
      while (this.queue.length > 0) await this.store(this.queue.slice(0, MOST_AT_ONCE));
      this.broken = null;
    } catch (error) {
      this.broken = error;
    }
    this.storing = null;
    this.tell();
  }

  async store(entries) {
    const [head, ...rows] = await Promise.all([
      extend(this.head, entries.map((entry) => entry.string)),
      ...entries.map((entry) => this.sealed(entry)),
    ]);
    const { seq } = entries.at(-1).event;
    const closing = entries.findLast(({ event }) => event.kind === "close" || event.kind === "reopen");
    const closed = closing && { closed: closing.event.kind === "close" };
    await device.addEvents(rows, { count: seq, head, ...closed }, this.fresh);
    this.fresh = null;
    this.head = head;
    this.storedUpto = seq;
    this.queue.splice(0, entries.length);
    for (const { stamp, event } of entries) if (event.kind === "tap") timings.add(performance.now() - stamp);
    this.tell();
  }

  /* An event's sealed row: made once, so that a second try stores the same bytes. */
  sealed(entry) {
    const { seq } = entry.event;
    entry.row ??= sealText(this.key, places.event(this.id, seq), entry.string).then(
      (sealed) => ({ log: this.id, seq, sealed }),
      (error) => {
        entry.row = null;
        throw error;
      },
    );
    return entry.row;
  }

  tell() {
    for (const listener of this.listeners) listener(this);
  }
}
