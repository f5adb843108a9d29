/* Which moments can a page tell, and how did each go on? Pure; part of `recorder/feedback/choose.py`.

   A moment: {t, cue, response, latency, nextAt, next, again}; null is left out. Times are ms from the start. */

export const COMFORT = "COMF";
export const TALK = "TALK";
export const FOLLOW = "FOLLOW";
export const DELIGHT = "JOY";
export const PAUSE = "PAUSE";
export const REPAIR = "REPAIR";
export const AWAY = "AWAY";

const NEXT_MS = 60_000;
const REPAIR_MS = 60_000;

export const sum = (flags) => flags.filter(Boolean).length;

/* The moments of cues that got a fitting answer, in order of time; of one type or of all. */
export const answered = (evidence, code = null) =>
  evidence.inRate
    .filter((pair) => evidence.fits(pair) && (code === null || pair.codes.includes(code)))
    .map((pair) => ofPair(evidence, pair, code ?? pair.codes[0]));

export const ofPair = (evidence, pair, code) => ({
  t: pair.t,
  cue: code,
  response: pair.response,
  latency: pair.latency,
  ...following(evidence, pair.t),
});

/* A moment that no cue of the child's began. */
export const own = (evidence, t, response) =>
  ({ t, cue: null, response, latency: null, ...following(evidence, t) });

/* The child's next cue, if it came within a minute and is neither distress nor a wish for a break. */
export function following(evidence, t) {
  const none = { nextAt: null, next: null, again: false };
  const next = evidence.pairs.find((pair) => pair.t > t);
  if (!next || next.t - t > NEXT_MS || next.distress) return none;
  if (next.codes.includes(AWAY) || evidence.shadowed(next.t)) return none;
  const [code] = next.codes;
  return { nextAt: next.t, next: code, again: evidence.pairs.some((one) => one.t < next.t && one.codes.includes(code)) };
}

/* Whether the caregiver gave space at a cue, tapped or told in the end review. */
export function spaceGiven(evidence, pair) {
  if (evidence.scheme.rough.has(pair.response)) return false;
  return (pair.response === PAUSE && pair.status === "answered") || evidence.gaveSpace.has(pair.t);
}

/* Every steering and every unanswered distress cue, with its code if it is a cue: what can be made up for. */
export function hard(evidence) {
  const steers = new Set(evidence.scheme.responses.filter((one) => one.takesOver).map((one) => one.code));
  const taken = evidence.taps.filter((tap) => steers.has(tap.code)).map((tap) => ({ t: tap.t, cue: null }));
  const left = evidence.pairs
    .filter((pair) => pair.status === "unanswered" && evidence.distressOf(pair))
    .map((pair) => ({ t: pair.t, cue: evidence.distressOf(pair) }));
  return [...taken, ...left].sort((one, other) => one.t - other.t);
}

/* When the caregiver made up after a hard moment, if she did within a minute; else null. */
export function repaired(evidence, t) {
  const mends = evidence.taps.filter(
    (tap) => [COMFORT, REPAIR].includes(tap.code) && t < tap.t && tap.t <= t + REPAIR_MS,
  );
  return mends.length > 0 ? Math.min(...mends.map((tap) => tap.t)) : null;
}
