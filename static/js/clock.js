/* How many milliseconds is it since the log's start?

   Within one page the monotonic clock decides; `timeOrigin` carries it over a reload. A tablet that slept, or whose
   wall clock was set, shows as a gap between the two clocks: it is recorded, never repaired. */

export const ANCHOR_MS = 60_000;
const DRIFT_MS = 250;

/* The moment of a touch (its `timeStamp`) or of now, in ms since 1970 on the monotonic clock. */
export const moment = (stamp = performance.now()) => performance.timeOrigin + stamp;

/* How far the wall clock went from the monotonic one since the last look, in ms; null while they agree. */
export function drift(before, now) {
  const ms = now.wall - before.wall - (now.monotonic - before.monotonic);
  return isGap(Math.abs(ms)) ? ms : null;
}

/* Whether clocks that are so many ms apart have parted. */
export const isGap = (ms) => ms > DRIFT_MS;

/* Minutes and seconds, as a clock shows them. */
export function minutes(ms) {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
