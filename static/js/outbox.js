/* What has the server, and what is still to go? Oldest log first, one sender at a time over all tabs, for ever.

   A batch brings at most 200 events or about 256 kB of one log. What the server says it holds counts only when its
   head equals the head of our own events there; "all sent" means that every head is equal. Duplicates are fine; what
   the server put aside is acknowledged too, and counted. Signed out: sending stops, recording does not. */

import { ZERO_HEAD, extend } from "./chain.js";
import { uuid7 } from "./uuid7.js";

const MOST_EVENTS = 200;
const MOST_BYTES = 240_000;
const SOON_MS = 700;

/* Full jitter: somewhere between 2 s and 2, 4, 8 ... 300 s. */
export function backoff(failures, chance = Math.random()) {
  const ceiling = Math.min(300_000, 2000 * 2 ** failures);
  return 2000 + chance * (ceiling - 2000);
}

/* The first rows that fit one batch; at least one. */
export function fitting(rows, mostEvents = MOST_EVENTS, mostBytes = MOST_BYTES) {
  const encoder = new TextEncoder();
  let bytes = 0;
  const taken = [];
  for (const row of rows.slice(0, mostEvents)) {
    bytes += encoder.encode(JSON.stringify(row.string)).length + 1;
    if (taken.length > 0 && bytes > mostBytes) break;
    taken.push(row);
  }
  return taken;
}

export class Outbox {
  /* `device` stores, `send` posts, `account` is whose logs may leave: all given, so that a test can stand in. */
  constructor({ device, account, send = post, locks = navigator.locks, later = setTimeout.bind(globalThis) }) {
    Object.assign(this, { device, account, send, locks, later });
    this.state = { phase: "idle", unsent: 0, events: 0, aside: 0 };
    this.failures = 0;
    this.most = MOST_EVENTS;
    this.listeners = new Set();
    this.timer = null;
    this.due = 0;
    this.rest = 0; // the time until which a failure is waited out
  }

  /* Something was written: from now on not everything is sent. It goes after `ms`, or when a failure's wait is over. */
  written(ms) {
    this.show({ ...this.state, unsent: Math.max(1, this.state.unsent), events: Math.max(1, this.state.events) });
    this.soon(Math.max(ms, this.rest - performance.now()));
  }

  /* Send in a moment, or at the earlier time that is set already. */
  soon(ms = SOON_MS) {
    const due = performance.now() + ms;
    if (this.timer !== null && this.due <= due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = this.later(() => {
      this.timer = null;
      this.flush();
    }, ms);
  }

  /* Send what there is; resolves with the state when the attempt is over. */
  async flush() {
    await this.locks.request("sync", () => this.round());
    return this.state;
  }

  async round() {
    const stuck = new Map();
    try {
      for (let log = await this.waiting(stuck); log; log = await this.waiting(stuck)) {
        await this.tell("sending");
        await this.deliver(log).catch((error) => {
          if (!(error instanceof Refused && error.stuck)) throw error;
          stuck.set(log.id, error); // one log that is not taken must not hold up the others
        });
      }
      for (const error of stuck.values()) throw error;
      this.failures = 0;
      await this.tell("idle");
    } catch (error) {
      await this.failed(error);
    }
  }

  async waiting(stuck) {
    for (const log of await this.device.logs()) {
      if (log.user !== this.account || stuck.has(log.id)) continue;
      if (log.acknowledged.upto < (await this.device.count(log.id))) return log;
    }
    return null;
  }

  async deliver(log) {
    const { upto, head } = log.acknowledged;
    const rows = fitting(await this.device.events(log.id, upto + 1, this.most), this.most);
    const reply = await this.send({
      batch: uuid7(Date.now()),
      logs: [{ id: log.id, from_seq: upto + 1, head, events: rows.map((row) => row.string) }],
    });
    await this.noticeEpoch(reply.epoch);
    const answer = reply.logs.find((one) => one.id === log.id);
    const acknowledged = await this.verified(log, rows, answer);
    await this.device.changeLog(log.id, (row) => ({
      ...row,
      acknowledged,
      aside: row.aside + (answer.quarantined?.length ?? 0),
    }));
    if (acknowledged.upto <= upto) throw new Refused("nothing was taken", { stuck: true });
    this.failures = 0;
  }

  /* What the server holds, if its head is the head of our own events there; else it gets everything again. */
  async verified(log, rows, answer) {
    const { upto, head } = log.acknowledged;
    const reached = answer.stored_upto;
    const known = reached >= upto && reached <= upto + rows.length;
    const own = known
      ? await extend(head, rows.slice(0, reached - upto).map((row) => row.string))
      : await extend(ZERO_HEAD, (await this.device.events(log.id, 1, reached)).map((row) => row.string));
    return own === answer.head ? { upto: reached, head: own } : { upto: 0, head: ZERO_HEAD };
  }

  /* A server that was restored may have lost what we think it holds: offer everything again. */
  async noticeEpoch(epoch) {
    const known = await this.device.fact("epoch");
    if (known === epoch) return;
    await this.device.keepFact("epoch", epoch);
    if (known === undefined) return;
    for (const log of await this.device.logs()) {
      await this.device.changeLog(log.id, (row) => ({ ...row, acknowledged: { upto: 0, head: ZERO_HEAD } }));
    }
    throw new Refused("the server was restored", { soon: true });
  }

  async failed(error) {
    const told = error instanceof Refused ? error : new Refused(String(error));
    if (told.tooLarge) this.most = Math.max(1, Math.floor(this.most / 2));
    await this.tell(told.signedOut ? "signed_out" : "waiting");
    if (told.signedOut) return;
    const wait = told.tooLarge || told.soon ? SOON_MS : (told.after ?? backoff(this.failures));
    this.rest = performance.now() + wait;
    this.soon(wait);
    this.failures += 1;
  }

  async tell(phase) {
    let unsent = 0;
    let events = 0;
    let aside = 0;
    for (const log of await this.device.logs()) {
      const missing = (await this.device.count(log.id)) - log.acknowledged.upto;
      unsent += missing > 0 ? 1 : 0;
      events += Math.max(0, missing);
      aside += log.aside;
    }
    this.show({ phase, unsent, events, aside });
  }

  show(state) {
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }
}

/* The server, or what stands in its place, did not take a batch. */
export class Refused extends Error {
  constructor(message, { stuck = false, signedOut = false, tooLarge = false, soon = false, after = undefined } = {}) {
    super(message);
    Object.assign(this, { stuck, signedOut, tooLarge, soon, after });
  }
}

/* Post a batch; without our own marker the answer is not the server's (a captive portal, a proxy's error page). */
async function post(batch) {
  const body = JSON.stringify(batch);
  const reply = await fetch("/api/v1/sync/events", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Recorder": "1" },
    body,
    signal: AbortSignal.timeout(20_000 + (body.length / 20_000) * 1000),
  });
  if (reply.headers.get("X-Recorder") !== "1") throw new Refused("this is not our server");
  if (reply.ok) return reply.json();
  const after = Number(reply.headers.get("Retry-After")) * 1000 || undefined;
  throw new Refused(`the server answered ${reply.status}`, {
    stuck: reply.status === 400 || reply.status === 409,
    signedOut: reply.status === 401 || reply.status === 403,
    tooLarge: reply.status === 413,
    after: reply.status === 429 || reply.status === 503 ? after : undefined,
  });
}
