import assert from "node:assert/strict";
import { test } from "node:test";

import { offset } from "../../static/js/offset.js";
import { Timings } from "../../static/js/timings.js";

test("the median and the 99th of the last 500", () => {
  const timings = new Timings();
  assert.equal(timings.quantile(0.5), null);
  for (let ms = 1; ms <= 600; ms++) timings.add(ms);
  assert.deepEqual([timings.quantile(0.5), timings.quantile(0.99)], [350, 595]);
});

test("what is no duration is left out", () => {
  const timings = new Timings();
  for (const wrong of [NaN, -1, undefined]) timings.add(wrong);
  assert.equal(timings.quantile(0.5), null);
});

/* A server whose clock is `ahead` ms ahead; the trips last `trips` ms, of which the share `there` leads there. */
function clocks(ahead, trips, there = 0.5) {
  let now = 1_000_000;
  const hello = async () => {
    const ms = trips.shift();
    now += ms * there;
    const server_time = new Date(now + ahead).toISOString();
    now += ms * (1 - there);
    return { server_time };
  };
  return [hello, () => now, () => now];
}

test("the shortest of five trips says how far the clocks are apart", async () => {
  assert.deepEqual(await offset(...clocks(90_000, [800, 400, 40, 600, 500])), { offset: 90_000, error: 21 });
});

test("the truth is within the error, however uneven the trip", async () => {
  for (const there of [0, 0.1, 0.9, 1]) {
    const found = await offset(...clocks(-7000, [300, 200, 120, 260, 500], there));
    assert.ok(Math.abs(found.offset + 7000) <= found.error, JSON.stringify(found));
  }
});

test("without a server there is none; what came before it went counts", async () => {
  const gone = async () => {
    throw new Error("no network");
  };
  assert.equal(await offset(gone), null);
  const [hello, wall, tick] = clocks(50, [10]);
  let calls = 0;
  assert.deepEqual(await offset(() => (calls++ ? gone() : hello()), wall, tick), { offset: 50, error: 6 });
});
