/* Which taps count, for how long could the child be seen, and is that an observation at all? Pure.

   `recorder/measures/tape` and `observation.py` are the same in Python. Times are whole milliseconds from the start. */

import * as tape from "../tape.js";

export const LONGEST_MS = 86_400_000;
const RESERVED = ["OUT_OF_VIEW", "PAUSE_CLOCK", "SYNC"];

/* An observation of which nothing can be said; its message is one sentence. */
export class InvalidObservation extends Error {}

/* A scheme as its document describes it: what the document leaves out is filled in. */
export function schemeOf(edition) {
  const cues = (edition.cues ?? []).map((cue) => ({
    code: cue.code,
    window: cue.window_ms,
    distress: cue.distress ?? false,
    continues: cue.continues_ms ?? 0,
    inRate: cue.in_rate ?? true,
  }));
  const responses = (edition.responses ?? []).map((response) => ({
    code: response.code,
    harsh: response.harsh ?? false,
    takesOver: response.takes_over ?? false,
  }));
  const markers = codesOf(edition.markers ?? []);
  const fit = edition.fit ?? {};
  return {
    cues,
    responses,
    markers,
    codes: new Set([...codesOf(cues), ...codesOf(responses), ...markers, ...codesOf(edition.states ?? []), ...RESERVED]),
    rough: new Set(codesOf(responses.filter((one) => one.harsh || one.takesOver))),
    distress: new Set(codesOf(cues.filter((one) => one.distress))),
    fit: Object.keys(fit).length > 0 ? fit : null,
    merge: edition.merge_ms ?? 0,
    shortest: edition.min_latency_ms ?? 0,
  };
}

const codesOf = (items) => items.map((one) => one.code);

/* The observation of a log's events, as `tape.js` writes them. `children[0]` and `caregivers[0]` are focal; `reviews`
   is what the end review answered, by the seq of the tap. Throws `InvalidObservation`. */
export function observationOf(events, edition) {
  const picture = tape.project(events);
  const scheme = schemeOf(edition);
  if (!picture.ended && !picture.aborted) {
    throw new InvalidObservation("The observation has no end: its clock was never stopped.");
  }
  if (picture.length <= 0) {
    throw new InvalidObservation(`The duration must be a whole number of ms above 0, not ${picture.length}.`);
  }
  if (picture.length > LONGEST_MS) {
    throw new InvalidObservation(`A duration of ${picture.length} ms is longer than a day.`);
  }
  const standing = picture.steps.filter((step) => !step.struck);
  const taps = standing.filter((step) => step.kind === "tap" && scheme.codes.has(step.code) && step.t <= picture.length);
  return {
    scheme,
    opening: picture.opening ?? {},
    length: picture.length,
    observed: picture.observed,
    unseen: picture.unseen,
    taps: taps.map(tapOf).sort((a, b) => a.t - b.t), // of a video, what was tapped later may have been earlier
    keeps: standing.filter((step) => step.kind === "flag" && step.code === "KEEP").map(keepOf),
    reviews: picture.reviews,
    ratings: picture.ratings,
    tried: picture.tried,
  };
}

function tapOf({ seq, t, code, data = {} }) {
  return { seq, t, code, child: data.child ?? null, by: data.by ?? null };
}

function keepOf({ t, data }) {
  return { t: data?.at ?? t, kind: data?.kind ?? "own", note: data?.note ?? "" };
}

/* Whether a tap belongs to this child: to the one it names, else to the focal one. */
export const isOf = (tap, { opening }, child) => {
  const focal = opening.children?.[0] ?? null;
  return (tap.child || focal) === (child || focal);
};

/* Whether the focal caregiver did it: a tap that names nobody is hers. */
export const isFocal = (tap, { opening }) => tap.by === null || tap.by === (opening.caregivers?.[0] ?? null);
