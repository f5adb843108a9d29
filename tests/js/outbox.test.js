import assert from "node:assert/strict";
import { test } from "node:test";

import { ZERO_HEAD, extend } from "../../static/js/chain.js";
import { Outbox, Refused, backoff, fitting } from "../../static/js/outbox.js";

/* A tablet in memory, with the calls of device.js that the outbox makes. */
function tablet(contents, user = "ana") {
  const facts = new Map();
  const rows = new Map(
    Object.keys(contents).map((id) => [id, { id, user, aside: 0, acknowledged: { upto: 0, head: ZERO_HEAD } }]),
  );
  return {
    logs: async () => [...rows.values()].sort((one, other) => (one.id < other.id ? -1 : 1)),
    count: async (log) => contents[log].length,
    events: async (log, from = 1, limit = Infinity) =>
      contents[log].map((string, place) => ({ log, seq: place + 1, string })).slice(from - 1, from - 1 + limit),
    changeLog: async (id, change) => rows.set(id, change(rows.get(id))),
    fact: async (name) => facts.get(name),
    keepFact: async (name, value) => facts.set(name, value),
  };
}

/* A server in memory; `seen` are the batches that came. */
function server({ epoch = 1 } = {}) {
  const held = new Map();
  const seen = [];
  const send = async ({ logs: [log] }) => {
    seen.push({ id: log.id, from: log.from_seq, n: log.events.length });
    const events = held.get(log.id) ?? [];
    log.events.forEach((string, place) => {
      if (log.from_seq + place === events.length + 1) events.push(string);
    });
    held.set(log.id, events);
    return {
      epoch: send.epoch,
      logs: [
        {
          id: log.id,
          stored_upto: events.length,
          head: await extend(ZERO_HEAD, events),
          duplicates: 0,
          quarantined: [],
        },
      ],
    };
  };
  send.epoch = epoch;
  return { held, seen, send };
}

const locks = { request: (_, act) => act() };

function outbox(device, send) {
  const waits = [];
  const box = new Outbox(
    { device, account: "ana", send, locks, later: (_, ms) => waits.push(ms) },
  ); // pushes give a timer's number
  return { box, waits };
}

const many = (n, name = "e") => Array.from({ length: n }, (_, place) => `${name}${place}`);

test("the oldest log goes first, at most 200 events a batch, until all heads are equal", async () => {
  const far = server();
  const { box } = outbox(tablet({ b: many(3), a: many(450) }), far.send);
  const state = await box.flush();
  assert.deepEqual(far.seen, [
    { id: "a", from: 1, n: 200 },
    { id: "a", from: 201, n: 200 },
    { id: "a", from: 401, n: 50 },
    { id: "b", from: 1, n: 3 },
  ]);
  assert.deepEqual(state, { phase: "idle", unsent: 0, events: 0, aside: 0 });
});

test("a reply that was lost is only a duplicate", async () => {
  const far = server();
  let lost = true;
  const { box } = outbox(tablet({ a: many(5) }), async (batch) => {
    const reply = await far.send(batch);
    if (lost) {
      lost = false;
      throw new TypeError("network");
    }
    return reply;
  });
  assert.equal((await box.flush()).phase, "waiting");
  assert.deepEqual(await box.flush(), { phase: "idle", unsent: 0, events: 0, aside: 0 });
  assert.deepEqual(far.held.get("a"), many(5));
});

test("a head that differs is never called sent", async () => {
  const { box } = outbox(tablet({ a: many(2) }), async () => ({
    epoch: 1,
    logs: [{ id: "a", stored_upto: 2, head: "f".repeat(64), quarantined: [] }],
  }));
  const state = await box.flush();
  assert.deepEqual([state.phase, state.events], ["waiting", 2]);
});

test("one log that is refused does not hold up the next", async () => {
  const far = server();
  const { box } = outbox(tablet({ a: many(2), b: many(2) }), async (batch) => {
    if (batch.logs[0].id === "a") throw new Refused("no", { stuck: true });
    return far.send(batch);
  });
  const state = await box.flush();
  assert.deepEqual([state.phase, state.unsent, far.held.get("b").length], ["waiting", 1, 2]);
});

test("signed out: nothing is tried again by itself", async () => {
  const { box, waits } = outbox(tablet({ a: many(1) }), async () => {
    throw new Refused("401", { signedOut: true });
  });
  assert.equal((await box.flush()).phase, "signed_out");
  assert.deepEqual(waits, []);
});

test("too large: the next batch is half", async () => {
  const far = server();
  const { box } = outbox(tablet({ a: many(150) }), async (batch) => {
    if (batch.logs[0].events.length > 100) throw new Refused("413", { tooLarge: true });
    return far.send(batch);
  });
  await box.flush();
  await box.flush();
  assert.deepEqual(far.seen.map((batch) => batch.n), [100, 50]);
});

test("a server that asks for time gets it", async () => {
  const { box, waits } = outbox(tablet({ a: many(1) }), async () => {
    throw new Refused("503", { after: 7000 });
  });
  await box.flush();
  assert.deepEqual(waits, [7000]);
});

test("a restored server is offered everything again", async () => {
  const far = server();
  const device = tablet({ a: many(3), b: many(2) });
  const { box } = outbox(device, far.send);
  await device.keepFact("epoch", 1);
  await box.flush();
  far.held.clear();
  far.send.epoch = 2;
  const grown = tablet({ a: many(3), b: many(2), c: many(1) });
  for (const log of await device.logs()) await grown.changeLog(log.id, () => log);
  await grown.keepFact("epoch", 1);
  const again = outbox(grown, far.send);
  await again.box.flush();
  const state = await again.box.flush();
  assert.deepEqual(
    [state.events, far.held.get("a").length, far.held.get("b").length, far.held.get("c").length],
    [0, 3, 2, 1],
  );
});

test("somebody else's log stays, and is not called sent", async () => {
  const far = server();
  const { box } = outbox(tablet({ a: many(2) }, "ben"), far.send);
  const state = await box.flush();
  assert.deepEqual([far.seen.length, state.events], [0, 2]);
});

test("from the first tap on, nothing is called all sent; a failure's wait is kept", async () => {
  const far = server();
  const { box, waits } = outbox(tablet({ a: many(1) }), far.send);
  box.written(8000);
  assert.equal(box.state.events, 1);
  box.written(8000);
  assert.deepEqual(waits, [8000]);
  box.soon(10);
  assert.deepEqual(waits, [8000, 10]);
  box.timer = null;
  box.rest = performance.now() + 60_000;
  box.written(700);
  assert.ok(waits.at(-1) > 59_000);
});

test("a batch stays under its bytes, and takes at least one event", () => {
  const rows = [{ string: "x".repeat(100) }, { string: "x".repeat(100) }, { string: "x" }];
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
