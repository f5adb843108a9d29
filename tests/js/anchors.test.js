import assert from "node:assert/strict";
import { test } from "node:test";

import { anchors } from "../../static/js/anchors.js";

const START = Date.parse("2026-03-08T07:59:00Z"); // daylight saving begins in Chicago a minute later

/* A tablet with its two clocks, a page that can be hidden, and a log that remembers. */
function tablet({ mock }) {
  mock.timers.enable({ apis: ["setInterval"] });
  const clocks = { wall: START, tick: 1000 };
  const page = new EventTarget();
  page.visibilityState = "visible";
  const written = [];
  const log = { add: (verb, stamp, ...rest) => written.push(JSON.parse(verb([], 0, ...rest))) };
  const stop = anchors(log, { wall: () => clocks.wall, tick: () => clocks.tick, page });
  const pass = (ms, { wall = ms, tick = ms } = {}) => {
    clocks.wall += wall;
    clocks.tick += tick;
    mock.timers.tick(ms);
  };
  const turn = (state) => {
    page.visibilityState = state;
    page.dispatchEvent(new Event("visibilitychange"));
  };
  return { written, pass, turn, stop, clocks };
}

const kinds = (written) => written.map(({ kind }) => kind);

test("each minute both clocks are anchored, and nothing else is written while they agree", (t) => {
  const { written, pass, stop } = tablet(t);
  pass(60_000);
  pass(60_000, { wall: 60_249 });
  assert.deepEqual(kinds(written), ["anchor", "anchor"]);
  assert.equal(written[0].data.wall, "2026-03-08T08:00:00.000Z");
  stop();
});

test("ten minutes of sleep are a gap, as soon as the tablet is back", (t) => {
  const { written, clocks, turn, stop } = tablet(t);
  turn("hidden");
  clocks.wall += 600_000;
  turn("visible");
  assert.deepEqual(kinds(written), ["gap", "anchor"]);
  assert.equal(written[0].data.ms, 600_000);
  turn("visible");
  assert.deepEqual(kinds(written), ["gap", "anchor", "anchor"], "it is told once");
  stop();
});

for (const [words, set] of [["a year ahead", 31_536_000_000], ["a day back", -86_400_000]]) {
  test(`a wall clock that was set ${words} is a gap of that length`, (t) => {
    const { written, pass, stop } = tablet(t);
    pass(60_000, { wall: 60_000 + set });
    assert.deepEqual(written[0], { seq: 1, t: 0, kind: "gap", data: { ms: set } });
    stop();
  });
}

test("once the screen is left nothing is written any more", (t) => {
  const { written, pass, turn, stop } = tablet(t);
  stop();
  pass(120_000, { wall: 1 });
  turn("visible");
  assert.deepEqual(written, []);
});
