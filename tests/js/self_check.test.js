import assert from "node:assert/strict";
import { test } from "node:test";

import { refusal, roundTrip, verdict } from "../../static/js/self_check.js";
import { isOlder } from "../../static/js/version.js";

const GOOD = {
  worker: { version: "one", missing: [] },
  storage: null,
  space: { free: 5_000_000_000, persisted: true },
};
const wrong = ({ lines }) => lines.filter((line) => !line.ok).map((line) => line.name);

test("a tablet on which everything was found just now is ready", () => {
  const found = verdict(GOOD);
  assert.equal(found.ready, true);
  assert.deepEqual(wrong(found), []);
  assert.equal(found.lines.at(-1).words, "Room left: 5.0 GB.");
});

test("without a worker in control, with a missing file or without storage it is not ready", () => {
  for (const [change, lines] of [
    [{ worker: null }, ["worker", "files"]],
    [{ worker: { error: "Error: no network" } }, ["worker", "files"]],
    [{ worker: { version: "one", missing: ["/static/js/tape.js"] } }, ["files"]],
    [{ storage: new DOMException("no", "SecurityError") }, ["storage"]],
  ]) {
    const found = verdict({ ...GOOD, ...change });
    assert.equal(found.ready, false);
    assert.deepEqual(wrong(found), lines);
  }
});

test("little room, and a browser that promises nothing, are said and stop nobody", () => {
  const found = verdict({ ...GOOD, space: { free: 50_000_000, persisted: false } });
  assert.equal(found.ready, true);
  assert.deepEqual(wrong(found), ["persisted", "space"]);
  assert.deepEqual(wrong(verdict({ ...GOOD, space: { free: null, persisted: true } })), []);
});

test("why a browser is refused is said in words, whatever it was", () => {
  assert.match(refusal(new DOMException("x", "SecurityError")), /private windows and Lockdown Mode/);
  assert.match(refusal(new DOMException("x", "QuotaExceededError")), /tablet is full/);
  assert.match(refusal(new Error("storage does not answer")), /storage does not answer/);
  assert.match(refusal("odd"), /odd/);
});

test("what is written has to come back as it was", async () => {
  const kept = new Map();
  const storage = { keepFact: async (name, value) => kept.set(name, value), fact: async (name) => kept.get(name) };
  await roundTrip(storage);
  assert.equal([...kept.values()].filter((value) => value !== undefined).length, 0, "and nothing is left behind");
  await Promise.all([roundTrip(storage), roundTrip(storage)]);
  await assert.rejects(roundTrip({ ...storage, fact: async () => "something else" }), /did not come back/);
  await assert.rejects(roundTrip({ ...storage, keepFact: () => Promise.reject(new Error("full")) }), /full/);
});

test("versions are compared part by part, as numbers", () => {
  assert.equal(isOlder("0.1.0", "0.2.0"), true);
  assert.equal(isOlder("0.10.0", "0.9.1"), false);
  assert.equal(isOlder("1.0.0", "1.0.0"), false);
  assert.equal(isOlder("1.0", "1.0.1"), true);
  assert.equal(isOlder("2.0.0", "1.9.9"), false);
});
