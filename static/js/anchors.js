/* What do both clocks say while a log is open? They are read each minute, and when the tablet comes back (from sleep,
   from another app); the first reading is the log's opening. Where they parted, because the tablet slept or its clock was
   set, a gap is written: how far the wall clock went from the one that only ticks. */

import { ANCHOR_MS, drift, moment } from "./clock.js";
import * as tape from "./tape.js";

/* Write them into a log until what is returned is called. `wall` and `tick` are this tablet's clocks in ms. */
export function anchors(log, { wall = () => Date.now(), tick = () => moment(), page = document } = {}) {
  const read = () => ({ wall: wall(), monotonic: tick() });
  let before = read();
  const look = () => {
    const now = read();
    const ms = drift(before, now);
    before = now;
    if (ms !== null) log.add(tape.gap, undefined, ms);
    log.add(tape.anchor, undefined, new Date(now.wall).toISOString());
  };
  const back = () => page.visibilityState === "visible" && look();
  page.addEventListener("visibilitychange", back);
  const timer = setInterval(look, ANCHOR_MS);
  return () => {
    page.removeEventListener("visibilitychange", back);
    clearInterval(timer);
  };
}
