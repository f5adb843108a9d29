import assert from "node:assert/strict";
import { test } from "node:test";

import { ZERO_HEAD, extend } from "../../static/js/chain.js";
import { FROZEN_MS, Outbox, Refused, acknowledgement, backoff } from "../../static/js/outbox.js";
import { counted, fitting, isSent, refusal, withAside } from "../../static/js/outbox.js";
import { Unreachable } from "../../static/js/server.js";

/* A locked tablet in memory, with the calls of device.js that the outbox makes. Its rows are "sealed" by a letter. */
async function tablet(contents, token = "token") {
  const facts = new Map([["device", { token, by: "session" }]]);
  const rows = new Map();
  for (const [id, strings] of Object.entries(contents)) {
    const head = await extend(ZERO_HEAD, strings);
    const acknowledged = { upto: 0, head: ZERO_HEAD };
    const row = { id, mark: id, key: `key ${id}`, created: 5, count: strings.length, head, aside: [], acknowledged };
    rows.set(id, row);
  }
  const seal = (string) => new TextEncoder().encode(`x${string}`);
  return {
    rows,
    facts,
    grow: async (id, strings) => {
      contents[id].push(...strings);
      rows.set(id, { ...rows.get(id), count: contents[id].length, head: await extend(ZERO_HEAD, contents[id]) });
    },
    logs: async () => [...rows.values()].sort((one, other) => (one.id < other.id ? -1 : 1)),
    events: async (log, from = 1, limit = Infinity) => {
      const sealed = contents[log].map((string, place) => ({ log, seq: place + 1, sealed: seal(string) }));
      return sealed.slice(from - 1, from - 1 + limit);
    },
    changeLog: async (id, change) => rows.set(id, change(rows.get(id))),
    fact: async (name) => facts.get(name),
    keepFact: async (name, value) => facts.set(name, value),
    noteUnsent: () => undefined,
    space: async () => ({ free: 1000, persisted: true }),
  };
}

/* A server in memory; `seen` are the batches that came, `held` what it has; `state.epoch` is its life. */
function server() {
  const held = new Map();
  const seen = [];
  const reports = [];
  const state = { epoch: 1, device: "active" };
  const answer = async (id) => {
    const events = held.get(id) ?? [];
    return { id, stored_upto: events.length, head: await extend(ZERO_HEAD, events), duplicates: 0, quarantined: [] };
  };
  const calls = {
    hello: async () => ({ epoch: state.epoch, server_time: new Date().toISOString(), device: { state: state.device } }),
    manifest: async (_, logs) => ({ epoch: state.epoch, logs: await Promise.all(logs.map(({ id }) => answer(id))) }),
    events: async (tokens, { logs: [log] }) => {
      assert.equal(tokens.device, "token");
      assert.equal(log.key, `key ${log.id}`);
      seen.push({ id: log.id, from: log.from_seq, n: log.sealed.length });
      const events = held.get(log.id) ?? [];
      log.sealed.forEach((row, place) => {
        if (log.from_seq + place === events.length + 1) events.push(Buffer.from(row, "base64").toString().slice(1));
      });
      held.set(log.id, events);
      return { epoch: state.epoch, logs: [await answer(log.id)] };
    },
    report: async (_, told) => {
      reports.push(told);
      return { device: { state: state.device } };
    },
  };
  return { held, seen, reports, state, calls };
}

const locks = { request: async (_, how, act) => act({}) };

function outbox(device, calls, more = {}) {
  const waits = [];
  const box = new Outbox({ device, calls, locks, later: (_, ms) => waits.push(ms), now: () => 0, ...more });
  return { box, waits }; // pushes give a timer's number
}

const many = (n, name = "e") => Array.from({ length: n }, (_, place) => `${name}${place}`);

test("the oldest log goes first, at most 200 events a batch, until all heads are equal", async () => {
  const far = server();
  const { box } = outbox(await tablet({ b: many(3), a: many(450) }), far.calls);
  const seen = [];
  box.listeners.add(({ visits, sent, total }) => seen.push([visits, sent, total]));
  const state = await box.flush();
  assert.deepEqual(far.seen, [
    { id: "a", from: 1, n: 200 },
    { id: "a", from: 201, n: 200 },
    { id: "a", from: 401, n: 50 },
    { id: "b", from: 1, n: 3 },
  ]);
  assert.deepEqual([state.phase, state.unsent, state.events, state.aside], ["idle", 0, 0, 0]);
  assert.deepEqual(seen, [[2, 0, 453], [2, 200, 453], [2, 400, 453], [2, 450, 453], [2, 453, 453]]);
});

test("a reply that was lost is only a duplicate", async () => {
  const far = server();
  let lost = true;
  const calls = {
    ...far.calls,
    events: async (...said) => {
      const reply = await far.calls.events(...said);
      if (lost) {
        lost = false;
        throw new TypeError("network");
      }
      return reply;
    },
  };
  const { box } = outbox(await tablet({ a: many(5) }), calls);
  assert.equal((await box.flush()).phase, "waiting");
  assert.deepEqual([(await box.flush()).events, far.held.get("a")], [0, many(5)]);
});

test("what the server says in between is provisional; a wrong final head sends the log again from 1", async () => {
  const far = server();
  const device = await tablet({ a: many(250) });
  let wrong = 1;
  const calls = {
    ...far.calls,
    events: async (...said) => {
      const reply = await far.calls.events(...said);
      if (reply.logs[0].stored_upto === 250 && wrong-- > 0) reply.logs[0].head = "f".repeat(64);
      return reply;
    },
  };
  const { box } = outbox(device, calls);
  const first = await box.flush();
  assert.deepEqual([first.phase, first.events], ["waiting", 250]);
  assert.deepEqual(device.rows.get("a").acknowledged, { upto: 0, head: ZERO_HEAD });
  assert.equal((await box.flush()).events, 0);
  assert.deepEqual(far.seen.map(({ from }) => from), [1, 201, 1]);
});

test("a head that stays wrong is never called sent", async () => {
  const answer = { id: "a", stored_upto: 2, head: "f".repeat(64), quarantined: [] };
  const calls = { ...server().calls, events: async () => ({ epoch: 1, logs: [answer] }) };
  const { box } = outbox(await tablet({ a: many(2) }), calls);
  for (let round = 0; round < 3; round++) {
    const state = await box.flush();
    assert.deepEqual([state.phase, state.events], ["waiting", 2]);
  }
});

test("a copy that parts from ours where something was put aside is taken, not sent", async () => {
  const answer = { id: "a", stored_upto: 2, head: "f".repeat(64), quarantined: [{ seq: 2, code: "fork", message: "" }] };
  const calls = { ...server().calls, events: async () => ({ epoch: 1, logs: [answer] }) };
  const { box } = outbox(await tablet({ a: many(2) }), calls);
  const state = await box.flush();
  assert.deepEqual([state.phase, state.events, state.aside, state.parted], ["idle", 0, 1, 1]);
});

test("one log that is refused does not hold up the next", async () => {
  const far = server();
  const calls = {
    ...far.calls,
    events: async (tokens, batch) => {
      if (batch.logs[0].id === "a") throw new Unreachable("no", 400);
      return far.calls.events(tokens, batch);
    },
  };
  const { box } = outbox(await tablet({ a: many(2), b: many(2) }), calls);
  const state = await box.flush();
  assert.deepEqual([state.phase, state.unsent, far.held.get("b").length], ["waiting", 1, 2]);
});

test("an unknown tablet stops sending by itself and forgets its token; what is kept stays", async () => {
  const calls = {
    ...server().calls,
    hello: async () => {
      throw new Unreachable("401", 401);
    },
  };
  const device = await tablet({ a: many(1) });
  const { box, waits } = outbox(device, calls);
  const state = await box.flush();
  assert.deepEqual([state.phase, state.events, state.by], ["stopped", 1, "session"]);
  assert.deepEqual([waits, device.facts.get("device").token], [[], null]);
  assert.equal((await box.flush()).phase, "stopped");
});

test("too large: the next batch is half", async () => {
  const far = server();
  const calls = {
    ...far.calls,
    events: async (tokens, batch) => {
      if (batch.logs[0].sealed.length > 100) throw new Unreachable("413", 413);
      return far.calls.events(tokens, batch);
    },
  };
  const { box } = outbox(await tablet({ a: many(150) }), calls);
  await box.flush();
  await box.flush();
  assert.deepEqual(far.seen.map((batch) => batch.n), [100, 50]);
});

test("a server that asks for time gets it", async () => {
  const calls = {
    ...server().calls,
    events: async () => {
      throw new Unreachable("429", 429, "", 7000);
    },
  };
  const { box, waits } = outbox(await tablet({ a: many(1) }), calls);
  await box.flush();
  assert.deepEqual(waits, [7000]);
});

test("at the start the server is asked what it has: what is there is not sent again, what is lost is", async () => {
  const far = server();
  const device = await tablet({ a: many(3), b: many(2), c: many(4) });
  far.held.set("a", many(3));
  far.held.set("c", many(1));
  await device.changeLog("b", (row) => ({ ...row, acknowledged: { upto: row.count, head: row.head } }));
  const { box } = outbox(device, far.calls);
  assert.equal((await box.flush()).events, 0);
  assert.deepEqual(far.seen, [{ id: "b", from: 1, n: 2 }, { id: "c", from: 2, n: 3 }]);
});

test("a restored server is offered everything that it lost", async () => {
  const far = server();
  const device = await tablet({ a: many(3), b: many(2), c: [] });
  const { box } = outbox(device, far.calls);
  await box.flush();
  far.held.set("b", many(1));
  far.state.epoch = 2;
  await device.grow("c", many(1));
  await box.flush();
  const state = await box.flush();
  assert.deepEqual([state.events, ...["a", "b", "c"].map((id) => far.held.get(id).length)], [0, 3, 2, 1]);
  assert.deepEqual(device.facts.get("epoch"), 2);
});

test("a log of an older version waits for its person, and is not called sent", async () => {
  const far = server();
  const device = await tablet({ a: many(2) });
  await device.changeLog("a", ({ key, ...row }) => row);
  const { box } = outbox(device, far.calls);
  const state = await box.flush();
  assert.deepEqual([far.seen.length, state.events], [0, 2]);
});

test("what was written while a round was on is sent too", async () => {
  const far = server();
  const device = await tablet({ a: many(2) });
  const { box } = outbox(device, far.calls);
  const first = box.flush();
  await device.grow("a", ["later"]);
  await Promise.all([first, box.flush()]);
  assert.deepEqual(far.held.get("a"), [...many(2), "later"]);
});

test("the lock is taken from a tab that shows no heartbeat for a minute, not from one that does", async () => {
  const far = server();
  const device = await tablet({ a: many(1) });
  let now = 1;
  const asked = [];
  const busy = {
    request: async (_, how, act) => {
      asked.push(how.steal ? "steal" : "ask");
      return act(how.steal ? {} : null);
    },
  };
  const { box } = outbox(device, far.calls, { locks: busy, now: () => now });
  const look = async (after, beat) => {
    now += after;
    if (beat) device.facts.set("sync_beat", beat);
    await box.flush();
  };
  await look(0, "one");
  await look(FROZEN_MS - 1);
  await look(10, "two");
  await look(FROZEN_MS - 1);
  assert.deepEqual([asked, far.seen.length], [["ask", "ask", "ask", "ask"], 0]);
  await look(2);
  assert.deepEqual([asked.at(-1), far.seen.length], ["steal", 1]);
});

test("a round that was taken for frozen stops, and does not undo what the other heard", async () => {
  const far = server();
  const device = await tablet({ a: many(3) });
  const calls = {
    ...far.calls,
    events: async (...said) => {
      const reply = await far.calls.events(...said);
      await device.changeLog("a", (row) => ({ ...row, acknowledged: { upto: row.count, head: row.head } }));
      return { ...reply, logs: [{ ...reply.logs[0], stored_upto: 1, head: "old" }] };
    },
  };
  const { box } = outbox(device, calls);
  await box.flush();
  assert.ok(isSent(device.rows.get("a")));
});

test("a tablet that is out of service hears of it and still sends", async () => {
  const far = server();
  far.state.device = "revoked";
  let heard = 0;
  const { box } = outbox(await tablet({ a: many(2) }), far.calls, { onRevoked: async () => (heard += 1) });
  assert.equal((await box.flush()).events, 0);
  assert.ok(heard >= 1 && far.held.get("a").length === 2);
});

test("a report follows a round that sent something, else comes every ten minutes", async () => {
  const far = server();
  let now = 0;
  const device = await tablet({ a: many(2) });
  const { box } = outbox(device, far.calls, { now: () => now });
  box.note("storage failed");
  await box.flush();
  assert.deepEqual(far.reports.length, 1);
  const { unsent, oldest_unsent: oldest, free, persisted, errors } = far.reports[0];
  assert.deepEqual([unsent, oldest, free, persisted, errors], [0, null, 1000, true, ["storage failed"]]);
  now += 61_000;
  await box.flush();
  assert.equal(far.reports.length, 1);
  await device.grow("a", ["more"]);
  await box.flush();
  assert.deepEqual([far.reports.length, far.reports[1].errors], [2, []]);
  now += 600_001;
  await box.flush();
  assert.equal(far.reports.length, 3);
});

test("from the first tap on, nothing is called all sent; a failure's wait is kept", async () => {
  const { box, waits } = outbox(await tablet({ a: many(1) }), server().calls);
  box.written(8000);
  assert.equal(box.state.events, 1);
  box.written(8000);
  assert.deepEqual(waits, [8000]);
  box.soon(10);
  assert.deepEqual(waits, [8000, 10]);
  box.timer = null;
  box.rest = 60_000;
  box.written(700);
  assert.equal(waits.at(-1), 60_000);
});

test("a batch stays under its bytes, and takes at least one event", () => {
  const rows = [100, 100, 1].map((size) => ({ sealed: new Uint8Array(size) }));
  assert.equal(fitting(rows, 10, 150).length, 1);
  assert.equal(fitting(rows, 10, 10).length, 1);
  assert.equal(fitting(rows, 2, 1000).length, 2);
});

test("waiting grows to five minutes, with chance", () => {
  assert.equal(backoff(0, 0.5), 2000);
  assert.equal(backoff(3, 1), 16_000);
  assert.equal(backoff(30, 1), 300_000);
  assert.equal(backoff(30, 0), 2000);
});

test("an acknowledgement, before and at the last event", () => {
  const row = { count: 3, head: "c" };
  const nothing = { upto: 0, head: ZERO_HEAD };
  assert.deepEqual(acknowledgement(row, { upto: 2, head: "any" }, false).acknowledged, { upto: 2, head: "any" });
  assert.deepEqual(acknowledgement(row, { upto: 3, head: "c" }, false).acknowledged, { upto: 3, head: "c" });
  assert.deepEqual(acknowledgement(row, { upto: 3, head: "d" }, false).acknowledged, nothing);
  assert.deepEqual(acknowledgement(row, { upto: 3, head: "d" }, true).parted, true);
  const more = { acknowledged: { upto: 3, head: "e" }, parted: true };
  assert.deepEqual(acknowledgement(row, { upto: 5, head: "e" }, false), more);
});

test("what is put aside is listed once; visits are counted by their mark", () => {
  const one = [{ seq: 1, code: "fork" }];
  assert.deepEqual(withAside(one, [{ seq: 1, code: "fork", message: "m" }, { seq: 1, code: "bad_value" }]), [
    ...one,
    { seq: 1, code: "bad_value" },
  ]);
  const row = (id, mark, upto) =>
    ({ id, mark, count: 10, head: "h", created: 1, aside: [], acknowledged: { upto, head: "h" } });
  const rows = [row("a", "v", 4), row("b", "v", 10), row("c", "w", 10)];
  const { unsent, events, visits, sent, total } = counted(rows, new Set(["b"]));
  assert.deepEqual([unsent, events, visits, sent, total], [1, 6, 1, 14, 20]);
});

test("what follows from the server's refusals", () => {
  const of = (status, after) => refusal(new Unreachable("no", status, "", after));
  assert.deepEqual([of(401).stopped, of(403).stopped, of(401).unknown, of(403).unknown], [true, true, true, false]);
  assert.deepEqual([of(400).stuck, of(409).stuck, of(413).tooLarge], [true, true, true]);
  assert.deepEqual([of(503, 5000).after, of(500, 5000).after], [5000, undefined]);
  assert.equal(of(0).stopped, false);
  const own = new Refused("x", { soon: true });
  assert.equal(refusal(own), own);
});
