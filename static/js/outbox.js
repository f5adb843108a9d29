/* What has the server, and what is still to go? Oldest log first, one sender at a time over all tabs, for ever.

   It works for a locked tablet: it reads what of a log's row is in clear, sends the rows as they rest, sealed, with
   their log's wrapped key, and signs in with the tablet's own token. A batch brings at most 200 events or about 240 kB
   of one log. What the server acknowledges in between is provisional: only the head after a log's last event is known
   here. "All sent" means that for every log the server's count and head are ours; a wrong final head sends that log
   again from its first event. Duplicates are fine; what the server put aside is acknowledged too, and listed. Whom the
   server does not know (401, 403) stops sending, never recording.

   One tab holds the Web Lock `sync` while it sends and shows a heartbeat; from a holder that has shown none for a
   minute (a frozen tab) the lock is taken. */

import { ZERO_HEAD } from "./chain.js";
import * as server from "./server.js";
import { timings } from "./timings.js";
import { uuid7 } from "./uuid7.js";
import { base64 } from "./vault.js";

const MOST_EVENTS = 200;
const MOST_BYTES = 240_000;
const MOST_HELD = 500;
const SOON_MS = 700;
const ELSEWHERE_MS = 10_000;
export const FROZEN_MS = 60_000;
const REPORT_MS = 600_000;
const REPORT_REST_MS = 60_000;
const MOST_ERRORS = 10;
const NOTHING = { upto: 0, head: ZERO_HEAD };

/* Full jitter: somewhere between 2 s and 2, 4, 8 ... 300 s. */
export function backoff(failures, chance = Math.random()) {
  const ceiling = Math.min(300_000, 2000 * 2 ** failures);
  return 2000 + chance * (ceiling - 2000);
}

/* The first sealed rows that fit one batch; at least one. */
export function fitting(rows, mostEvents = MOST_EVENTS, mostBytes = MOST_BYTES) {
  let bytes = 0;
  const taken = [];
  for (const row of rows.slice(0, mostEvents)) {
    bytes += Math.ceil(row.sealed.length / 3) * 4 + 3;
    if (taken.length > 0 && bytes > mostBytes) break;
    taken.push(row);
  }
  return taken;
}

/* Whether the server holds a log to its last event: its count and its head are ours. */
export const isSent = ({ count, head, acknowledged }) =>
  count > 0 && acknowledged.upto === count && acknowledged.head === head;

/* Whether nothing of a log waits here: it is sent, or all of it was taken and the server's copy parts from ours (where
   something was put aside, or where this tablet lost what it had sent). */
export const isTaken = (row) => isSent(row) || (row.parted && row.acknowledged.upto === row.count);

/* What is to be kept of an acknowledgement of a log: provisional before the last event; a wrong final head is none. */
export function acknowledgement(row, { upto, head }, parted) {
  if (upto < row.count) return { acknowledged: { upto, head }, parted: false };
  if (upto === row.count && head === row.head) return { acknowledged: { upto, head }, parted: false };
  if (parted || upto > row.count) return { acknowledged: { upto: row.count, head }, parted: true };
  return { acknowledged: NOTHING, parted: false };
}

/* What was put aside of a log, with what is new; each place and reason once. */
export function withAside(before, quarantined = []) {
  const known = new Set(before.map(({ seq, code }) => `${seq} ${code}`));
  const fresh = quarantined.filter(({ seq, code }) => !known.has(`${seq} ${code}`));
  return [...before, ...fresh.map(({ seq, code }) => ({ seq, code }))];
}

/* What all logs together come to. `bulk` are the ids of those that are on their way since all was sent for the last
   time: of `total` entries of `visits` visits `sent` have arrived. */
export function counted(rows, bulk) {
  const waiting = rows.filter((row) => !isTaken(row));
  const moving = rows.filter((row) => bulk.has(row.id) || !isTaken(row));
  const arrived = (row) => (isTaken(row) ? row.count : Math.min(row.acknowledged.upto, row.count));
  const sum = (some, of) => some.reduce((total, row) => total + of(row), 0);
  return {
    unsent: waiting.length,
    events: sum(waiting, (row) => Math.max(1, row.count - arrived(row))), // a wrong final head is not sent either
    aside: sum(rows, (row) => row.aside.length),
    parted: rows.filter((row) => isTaken(row) && !isSent(row)).length,
    visits: new Set(moving.map((row) => row.mark)).size,
    sent: sum(moving, arrived),
    total: sum(moving, (row) => row.count),
    oldest: waiting[0]?.created ?? null,
  };
}

export class Outbox {
  /* `device` stores, `calls` reach the server: both given, so that a test can stand in. `onRevoked` hears that the
     server has taken this tablet out of service; `version` is the app's. */
  constructor({
    device,
    calls = server,
    locks = navigator.locks,
    later = setTimeout.bind(globalThis),
    now = () => performance.now(),
    version = undefined,
    onRevoked = async () => undefined,
  }) {
    Object.assign(this, { device, calls, locks, later, now, version, onRevoked });
    this.state = { phase: "idle", ...counted([], new Set()) };
    this.bulk = new Set();
    this.failures = 0;
    this.most = MOST_EVENTS;
    this.listeners = new Set();
    this.timer = null;
    this.due = 0;
    this.rest = 0; // the time until which a failure is waited out
    this.by = undefined; // how this tablet was enrolled
    this.running = null;
    this.again = false;
    this.compared = false; // whether the server was asked what it has, since the start or its restore
    this.reported = -Infinity;
    this.errors = [];
    this.drift = null; // ms by which this tablet's clock is ahead of the server's, as it was measured last
    this.hung = { beat: null, since: 0 }; // the heartbeat of another tab that holds the lock
  }

  /* Something was written: from now on not everything is sent. It goes after `ms`, or when a failure's wait is over. */
  written(ms) {
    this.show({ ...this.state, unsent: Math.max(1, this.state.unsent), events: Math.max(1, this.state.events) });
    this.soon(Math.max(ms, this.rest - this.now()));
  }

  /* Send in a moment, or at the earlier time that is set already. */
  soon(ms = SOON_MS) {
    const due = this.now() + ms;
    if (this.timer !== null && this.due <= due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = this.later(() => {
      this.timer = null;
      this.flush().catch((error) => this.note(String(error))); // storage failed: whoever writes says so
    }, ms);
  }

  /* Send what there is; resolves with the state when the attempt is over. What is asked for meanwhile follows it. */
  async flush() {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.turns();
    try {
      return await this.running;
    } finally {
      this.running = null;
    }
  }

  async turns() {
    do {
      this.again = false;
      await this.turn();
    } while (this.again);
    return this.state;
  }

  /* Hold the lock and make a round; when another tab holds it, look again later. */
  async turn() {
    const turn = { lost: false };
    const held = async (lock) => {
      if (!lock) return this.elsewhere();
      this.hung = { beat: null, since: 0 };
      await this.round(turn);
    };
    const steal = await this.isFrozen();
    const how = steal ? { steal: true } : { ifAvailable: true };
    await this.locks.request("sync", how, held).catch((error) => {
      if (error?.name !== "AbortError") throw error;
      turn.lost = true; // another tab took this one for frozen
    });
  }

  async elsewhere() {
    const beat = (await this.device.fact("sync_beat")) ?? null;
    if (this.hung.since === 0 || beat !== this.hung.beat) this.hung = { beat, since: this.now() };
    await this.tell("sending");
    this.soon(ELSEWHERE_MS);
  }

  /* Whether the holder of the lock has shown no heartbeat for a minute of this tab's own clock. */
  async isFrozen() {
    if (this.hung.since === 0 || this.now() - this.hung.since < FROZEN_MS) return false;
    return this.hung.beat === ((await this.device.fact("sync_beat")) ?? null);
  }

  async round(turn) {
    const stuck = new Map();
    let sent = 0;
    try {
      const tablet = await this.device.fact("device");
      this.by = tablet?.by;
      if (!tablet?.token) throw new Refused("this tablet is not enrolled", { stopped: true });
      const tokens = { device: tablet.token };
      await this.beat();
      if (!this.compared) await this.compare(tokens);
      for (let row = await this.waiting(stuck); row && !turn.lost; row = await this.waiting(stuck)) {
        await this.tell("sending");
        await this.beat();
        sent += 1;
        await this.deliver(tokens, row).catch((error) => {
          if (!(error instanceof Refused && error.stuck)) throw error;
          stuck.set(row.id, error); // one log that is not taken must not hold up the others
        });
      }
      if (turn.lost) return;
      for (const error of stuck.values()) throw error;
      this.failures = 0;
      await this.tell("idle");
      if (sent > 0) await this.device.keepFact("timings", timings.values);
      await this.report(tokens, sent > 0);
    } catch (error) {
      await this.failed(refusal(error));
    }
  }

  beat() {
    return this.device.keepFact("sync_beat", uuid7(Date.now()));
  }

  /* Ask how this tablet stands with the server, and what it has of every log. */
  async compare(tokens) {
    const hello = await this.reached(() => this.calls.hello(tokens));
    if (hello.device === null) throw new Refused("this tablet is not known", { stopped: true, unknown: true });
    await this.noticeEpoch(hello.epoch);
    this.drift ??= Date.now() - Date.parse(hello.server_time); // until it is measured well
    if (hello.device.state === "revoked") await this.onRevoked();
    const rows = (await this.device.logs()).filter((row) => row.key);
    for (let from = 0; from < rows.length; from += MOST_HELD) {
      const some = rows.slice(from, from + MOST_HELD);
      const asked = some.map(({ id, count, head }) => ({ id, n: count, head }));
      const reply = await this.reached(() => this.calls.manifest(tokens, asked));
      for (const answer of reply.logs) await this.settle(some.find((row) => row.id === answer.id), answer);
    }
    this.compared = true;
  }

  /* Take what the manifest says of a log where it says anything new. */
  async settle(row, answer) {
    const { upto, head } = row.acknowledged;
    if (answer.stored_upto === upto && (answer.head === head || upto === 0)) return;
    const stored = { upto: answer.stored_upto, head: answer.stored_upto === 0 ? ZERO_HEAD : answer.head };
    if (row.parted && stored.upto === row.count) return;
    await this.change(row, (now) => acknowledgement(now, stored, answer.unreadable > 0));
  }

  async waiting(stuck) {
    const rows = await this.device.logs();
    return rows.find((row) => row.key && !isTaken(row) && !stuck.has(row.id)) ?? null;
  }

  async deliver(tokens, row) {
    const { upto, head } = row.acknowledged.upto < row.count ? row.acknowledged : NOTHING;
    const rows = fitting(await this.device.events(row.id, upto + 1, this.most), this.most);
    const part = { id: row.id, from_seq: upto + 1, head, sealed: rows.map((one) => base64(one.sealed)), key: row.key };
    const batch = { batch: uuid7(Date.now()), logs: [part] };
    const reply = await this.reached(() => this.calls.events(tokens, batch));
    if (await this.noticeEpoch(reply.epoch)) throw new Refused("the server was restored", { soon: true });
    const answer = reply.logs.find((one) => one.id === row.id);
    const aside = withAside(row.aside, answer.quarantined);
    const parts = answer.unreadable > 0 || aside.some(({ code }) => code === "fork");
    const stored = { upto: answer.stored_upto, head: answer.head };
    const next = await this.change(row, (now) => ({ ...acknowledgement(now, stored, parts), aside }));
    if (next.acknowledged.upto <= upto && !isTaken(next)) throw new Refused("nothing was taken", { stuck: true });
    this.failures = 0;
  }

  /* Change a log's row if nobody else has heard of the server meanwhile; resolves with the row as it would be. */
  async change(row, change) {
    const same = ({ acknowledged: { upto, head } }) =>
      upto === row.acknowledged.upto && head === row.acknowledged.head;
    let next = row;
    await this.device.changeLog(row.id, (now) => {
      next = same(now) ? { ...now, ...change(now) } : now;
      return next;
    });
    return next;
  }

  async reached(call) {
    try {
      return await call();
    } catch (error) {
      throw refusal(error);
    }
  }

  /* A server that was restored may have lost what we think it holds: offer everything again. True when it was. */
  async noticeEpoch(epoch) {
    const known = await this.device.fact("epoch");
    if (known === epoch) return false;
    if (known !== undefined) {
      for (const { id } of await this.device.logs()) {
        await this.device.changeLog(id, (row) => ({ ...row, acknowledged: NOTHING, parted: false }));
      }
      this.compared = false;
    }
    await this.device.keepFact("epoch", epoch);
    return known !== undefined;
  }

  async failed(told) {
    if (told.tooLarge) this.most = Math.max(1, Math.floor(this.most / 2));
    if (!told.soon && !told.tooLarge) this.note(told.message);
    if (told.unknown) await this.forgetToken();
    await this.tell(told.stopped ? "stopped" : "waiting");
    if (told.stopped) return;
    const wait = told.tooLarge || told.soon ? SOON_MS : (told.after ?? backoff(this.failures));
    this.rest = this.now() + wait;
    this.soon(wait);
    this.failures += 1;
  }

  /* The server does not know this tablet (any more): it may be enrolled anew. */
  async forgetToken() {
    const tablet = await this.device.fact("device");
    await this.device.keepFact("device", { ...tablet, token: null });
    this.compared = false;
  }

  /* An error that the next report tells. */
  note(message) {
    const told = message.replaceAll(/\s+/g, " ").slice(0, 200);
    if (told && this.errors.at(-1) !== told) this.errors = [...this.errors, told].slice(-MOST_ERRORS);
  }

  /* Tell the server how this tablet does: after a round that sent something, else every ten minutes. */
  async report(tokens, sent) {
    const age = this.now() - this.reported;
    if (age < (sent ? REPORT_REST_MS : REPORT_MS)) return this.soon(REPORT_MS - Math.min(age, REPORT_MS - SOON_MS));
    const { free, persisted } = await this.device.space();
    const { events, oldest } = this.state;
    const loss = await this.device.fact("loss");
    if (loss) this.note(`storage was lost with ${loss.entries} entries unsent`);
    const state = {
      unsent: events,
      oldest_unsent: oldest === null ? null : new Date(oldest).toISOString(),
      free: free === null ? null : Math.max(0, Math.round(free)),
      persisted,
      drift_ms: this.drift,
      version: this.version ?? null,
      tap_p50_ms: timings.quantile(0.5),
      tap_p99_ms: timings.quantile(0.99),
      errors: this.errors,
    };
    const reply = await this.reached(() => this.calls.report(tokens, state));
    Object.assign(this, { reported: this.now(), errors: [] });
    if (loss) await this.device.keepFact("loss", undefined);
    if (reply.device?.state === "revoked") await this.onRevoked();
    this.soon(REPORT_MS);
  }

  async tell(phase) {
    const rows = await this.device.logs();
    for (const row of rows) if (row.count > 0 && !isTaken(row)) this.bulk.add(row.id);
    const state = counted(rows, this.bulk);
    if (state.unsent === 0) this.bulk.clear();
    this.device.noteUnsent(state.unsent, state.events);
    this.show({ phase, by: this.by, ...state });
  }

  show(state) {
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }
}

/* The server, or what stands in its place, did not take something. */
export class Refused extends Error {
  constructor(message, how = {}) {
    super(message);
    const { stuck = false, stopped = false, unknown = false, tooLarge = false, soon = false, after = undefined } = how;
    Object.assign(this, { stuck, stopped, unknown, tooLarge, soon, after });
  }
}

/* What follows from an error of a call. */
export function refusal(error) {
  if (error instanceof Refused) return error;
  const { status = 0, after } = error;
  return new Refused(error.message || String(error), {
    stuck: status === 400 || status === 409 || status === 422,
    stopped: status === 401 || status === 403,
    unknown: status === 401,
    tooLarge: status === 413,
    after: status === 429 || status === 503 ? after : undefined,
  });
}
