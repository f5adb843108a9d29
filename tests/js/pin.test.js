import assert from "node:assert/strict";
import { test } from "node:test";

import * as pin from "../../static/js/pin.js";

const SALT = new TextEncoder().encode("salt");

test("what is kept opens to its own PIN only and does not hold it", async () => {
  const kept = await pin.sealed("290157", undefined, 1000);
  assert.ok(await pin.opens("290157", kept));
  for (const wrong of ["290158", "29015", "0290157", ""]) assert.ok(!(await pin.opens(wrong, kept)), wrong);
  assert.ok(!JSON.stringify(kept).includes("290157"));
});

test("the same PIN is kept in another way each time, and with at least 600,000 rounds", async () => {
  const [one, other] = [await pin.sealed("8024", undefined, 10), await pin.sealed("8024", undefined, 10)];
  assert.notEqual(one.hash, other.hash);
  assert.ok(pin.ROUNDS >= 600_000);
});

test("the hash is PBKDF2 with SHA-256, as published: password, salt, 4096 rounds", async () => {
  const kept = await pin.sealed("password", SALT, 4096);
  assert.equal(kept.hash, "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a");
  assert.equal(kept.salt, "73616c74");
});

test("four digits at least, digits only, and nothing that is guessed first", () => {
  for (const short of ["", "123", "12a4", "1234567890123", "１２３４"]) assert.equal(pin.fault(short), "short", short);
  for (const easy of ["0000", "1234", "4321", "7890", "3210", "77777"]) assert.equal(pin.fault(easy), "easy", easy);
  for (const good of ["2580", "1357", "1243", "290157", "1122"]) assert.equal(pin.fault(good), null, good);
});

test("five tries are free, then the pause doubles up to a quarter of an hour", () => {
  assert.deepEqual([0, 1, 4, 5, 6, 7, 8, 30].map((wrong) => pin.pauseMs(wrong) / 1000), [0, 0, 0, 30, 60, 120, 240, 900]);
});
