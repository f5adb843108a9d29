import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { ZERO_HEAD, extend } from "../../static/js/chain.js";
import { drift, minutes } from "../../static/js/clock.js";
import { uuid7 } from "../../static/js/uuid7.js";

test("the head is SHA-256 over the head before and the exact string, in UTF-8", async () => {
  const first = createHash("sha256").update(`${ZERO_HEAD}{"n":"Zoë"}`, "utf8").digest("hex");
  const second = createHash("sha256").update(`${first}b`, "utf8").digest("hex");
  assert.equal(await extend(ZERO_HEAD, ['{"n":"Zoë"}', "b"]), second);
});

test("nothing added leaves the head as it was", async () => {
  assert.equal(await extend(ZERO_HEAD, []), ZERO_HEAD);
});

test("an id is a version 7 one that begins with its time", () => {
  const id = uuid7(0x0189_0abc_def0, new Uint8Array(10).fill(0xff));
  assert.equal(id, "01890abc-def0-7fff-bfff-ffffffffffff");
  assert.ok(uuid7(1000) < uuid7(2000));
});

test("a clock shows minutes and seconds, never less than nothing", () => {
  assert.deepEqual([minutes(0), minutes(61_999), minutes(600_000), minutes(-5)], ["0:00", "1:01", "10:00", "0:00"]);
});

test("a gap is seen when the two clocks part by more than 250 ms", () => {
  const before = { wall: 0, monotonic: 0 };
  assert.equal(drift(before, { wall: 60_250, monotonic: 60_000 }), null);
  assert.equal(drift(before, { wall: 660_000, monotonic: 60_000 }), 600_000);
  assert.equal(drift(before, { wall: 59_000, monotonic: 60_000 }), -1000);
});
