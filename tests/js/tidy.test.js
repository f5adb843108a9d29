import assert from "node:assert/strict";
import { test } from "node:test";

import { KEPT_DAYS, KEPT_LOGS, isHeld, proof, removable, tidy } from "../../static/js/tidy.js";

const DAY = 86_400_000;
const NOW = Date.parse("2026-03-30T12:00:00Z");
const HELLO = { server_time: "2026-03-30T12:00:00.000Z", epoch: 3, backed_up_at: "2026-03-30T02:00:00.000Z" };

/* A log that may go: old, signed, held, proven before the last backup. */
const old = (more = {}) => ({
  id: "old",
  user: "ana",
  created: NOW - (KEPT_DAYS + 1) * DAY,
  count: 200,
  head: "aa",
  acknowledged: { upto: 200, head: "aa" },
  closed: true,
  proven: { at: "2026-03-16T09:00:00.000Z", epoch: 3 },
  ...more,
});

/* Twenty newer logs, so that the one in question is not among the last. */
const newer = (count = KEPT_LOGS) =>
  Array.from({ length: count }, (_, place) => old({ id: `new${place}`, created: NOW - place * 1000 }));

const goes = (row, hello = HELLO, others = newer()) => removable([row, ...others], hello, NOW).includes(row);

test("an old log that is signed, held and backed up may go, and nothing newer with it", () => {
  assert.deepEqual(removable([old(), ...newer()], HELLO, NOW).map((row) => row.id), ["old"]);
});

test("each condition alone keeps a log", () => {
  assert.equal(goes(old({ closed: false })), false);
  assert.equal(goes(old({ count: 201 })), false);
  assert.equal(goes(old({ head: "bb" })), false);
  assert.equal(goes(old({ acknowledged: { upto: 199, head: "aa" } })), false);
  assert.equal(goes(old({ count: 0, acknowledged: { upto: 0, head: "aa" } })), false);
  assert.equal(goes(old({ created: NOW - KEPT_DAYS * DAY })), false);
  assert.equal(goes(old({ proven: undefined })), false);
  assert.equal(goes(old({ proven: { at: "2026-03-30T02:00:00.000Z", epoch: 3 } })), false);
  assert.equal(goes(old({ proven: { at: "2026-03-16T09:00:00.000Z", epoch: 2 } })), false);
  assert.equal(goes(old(), { ...HELLO, backed_up_at: null }), false);
  assert.equal(goes(old(), HELLO, newer(KEPT_LOGS - 1)), false);
});

test("a proof is the first moment at which the server held all, in one life of its database", () => {
  const fresh = old({ proven: undefined });
  assert.deepEqual(proof(fresh, HELLO), { at: HELLO.server_time, epoch: 3 });
  assert.deepEqual(proof(old(), HELLO), old().proven);
  assert.deepEqual(proof(old(), { ...HELLO, epoch: 4 }), { at: HELLO.server_time, epoch: 4 });
  assert.equal(proof(old({ count: 300 }), HELLO), null);
});

test("what is held is only what both sides count and hash alike", () => {
  assert.equal(isHeld(old()), true);
  assert.equal(isHeld(old({ acknowledged: { upto: 200, head: "ab" } })), false);
});

/* The tablet's storage in memory. */
function storage(rows, names = []) {
  const logs = new Map(rows.map((row) => [row.id, row]));
  const facts = new Set(names);
  return {
    logs: async () => [...logs.values()],
    changeLog: async (id, change) => logs.set(id, change(logs.get(id))),
    removeLog: async (id) => logs.delete(id),
    facts: async (prefix) => [...facts].filter((name) => name.startsWith(prefix)).map((name) => [name, 1]),
    keepFact: async (name) => facts.delete(name),
    names: facts,
    ids: () => [...logs.keys()],
  };
}

test("a log that was never seen to be held goes only after the backup that follows its proof", async () => {
  const device = storage([old({ proven: undefined }), ...newer()], ["u:ana:draft:old", "u:ana:place"]);
  assert.equal(await tidy(device, HELLO, NOW), 0);
  const tomorrow = { ...HELLO, server_time: "2026-03-31T12:00:00.000Z", backed_up_at: "2026-03-31T02:00:00.000Z" };
  assert.equal(await tidy(device, tomorrow, NOW + DAY), 1);
  assert.equal(device.ids().includes("old"), false);
  assert.deepEqual([...device.names], ["u:ana:place"]);
});

test("a server that was restored starts the proof again", async () => {
  const device = storage([old(), ...newer()]);
  const restored = { ...HELLO, epoch: 4 };
  assert.equal(await tidy(device, restored, NOW), 0);
  const [row] = await device.logs();
  assert.deepEqual(row.proven, { at: HELLO.server_time, epoch: 4 });
});
