/* The one log that is open on this tablet: it gives each event its place, keeps it, and says when it is kept.

   A step is on the screen at once; it counts as stored only when the device says so. Events are stored one after the
   other: `seq` has no holes, also when storage fails for a while. `broken` holds the error until `again` succeeds.
   `onWrite` hears of every event at once, `listeners` of every change. */

import { moment } from "./clock.js";
import { ZERO_HEAD } from "./chain.js";
import * as device from "./device.js";
import * as tape from "./tape.js";

export class OpenLog {
  constructor(row, events) {
    this.row = row;
    this.tape = events;
    this.storedUpto = events.length;
    this.broken = null;
    this.queue = [];
    this.storing = null;
    this.listeners = new Set();
    this.onWrite = () => undefined;
  }

  /* Start a log; `opening` is the data of its first event, `scheme` the document of the instrument that it is done
     with to its end (null without one). */
  static begin(id, started, opening, scheme) {
    const row = {
      id,
      started,
      kind: opening.kind,
      scheme,
      family: opening.family,
      visit: opening.visit,
      role: opening.role,
      child: opening.children[0] ?? null,
      user: opening.user,
      done: false,
      acknowledged: { upto: 0, head: ZERO_HEAD },
      aside: 0,
    };
    const log = new OpenLog(row, []);
    log.write(tape.open(opening));
    return log;
  }

  /* Take up a log that this tablet kept. */
  static async resume(row) {
    const kept = await device.events(row.id);
    const events = kept.map((one) => JSON.parse(one.string));
    return new OpenLog({ ...row, kind: events[0].data.kind }, events);
  }

  get id() {
    return this.row.id;
  }

  /* Milliseconds since the start at a touch's time stamp, or now. */
  at(stamp) {
    return moment(stamp) - this.row.started;
  }

  /* What all events mean together, now. */
  picture() {
    return tape.project(this.tape, this.at());
  }

  /* Add what a verb of tape.js makes: `log.add(tape.tap, stamp, code, data)`. */
  add(verb, stamp, ...rest) {
    return this.write(verb(this.tape, this.at(stamp), ...rest));
  }

  write(string) {
    const event = JSON.parse(string);
    this.tape.push(event);
    this.queue.push({ log: this.id, seq: event.seq, string });
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
      while (this.queue.length > 0) {
        const row = this.queue[0];
        await device.addEvent(row, row.seq === 1 ? this.row : null);
        this.queue.shift();
        this.storedUpto = row.seq;
        this.tell();
      }
    } catch (error) {
      this.broken = error;
    }
    this.storing = null;
    this.tell();
  }

  tell() {
    for (const listener of this.listeners) listener(this);
  }
}
