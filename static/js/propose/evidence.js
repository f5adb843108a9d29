/* What may the choice of a page's sentences rest on? Pure; `recorder/feedback/evidence.py` is the same in Python.

   An answer counts when it fits (fit >= .5; a scheme without fit values calls every answer fitting) and is no rough
   moment. The minute after a harsh moment gives no evidence at all. */

import { entry, trimmed } from "./text.js";
import { isFocal } from "./observation.js";

const SHADOW_MS = 60_000;
const FITS = 0.5;

export class Evidence {
  /* `linked` is what `link` made of one child of the observation; `dyad` what is known of child and caregiver besides:
     {goal, goalType, age, last, doing, done, ourDays, newStage, contacts, ticks}. */
  constructor(observation, linked, dyad) {
    const { scheme, taps } = observation;
    const answers = new Set([...scheme.responses.map((one) => one.code), ...scheme.markers]);
    const harsh = new Set(scheme.responses.filter((one) => one.harsh).map((one) => one.code));
    this.scheme = scheme;
    this.length = observation.length;
    this.observed = observation.observed;
    this.ratings = observation.ratings;
    this.pairs = linked.pairs;
    this.spontaneous = linked.spontaneous;
    this.taps = taps.filter((tap) => answers.has(tap.code) && isFocal(tap, observation));
    this.harsh = taps.filter((tap) => harsh.has(tap.code)).map((tap) => tap.t);
    this.gaveSpace = gaveSpace(observation, linked.pairs);
    this.keeps = [...observation.keeps].sort((one, other) => one.t - other.t);
    this.dyad = dyad;
    this.open = this.pairs.filter((pair) => !this.shadowed(pair.t) && !this.shadowed(pair.responseAt));
    this.inRate = this.open.filter((pair) => pair.inRate);
    const seen = new Set(this.inRate.flatMap((pair) => pair.codes));
    /* the cue types that were seen and count in the rate, in the scheme's order */
    this.types = scheme.cues.filter((cue) => cue.inRate && seen.has(cue.code)).map((cue) => cue.code);
  }

  /* Whether a moment (null: none) lies in the minute after a harsh one. */
  shadowed(t) {
    return t !== null && this.harsh.some((harsh) => harsh <= t && t <= harsh + SHADOW_MS);
  }

  /* Whether a cue got an answer that fits. */
  fits({ status, response, fit }) {
    if (status !== "answered" || this.scheme.rough.has(response)) return false;
    return !this.scheme.fit || (fit !== null && fit >= FITS);
  }

  /* The fit of a response to a cue code, 0 where the scheme says nothing. */
  fitOf(code, response) {
    return entry(entry(this.scheme.fit, code), response) ?? 0;
  }

  /* Fitting answers and codable cues of one cue type, or of all together. */
  tally(code = null) {
    const codable = this.inRate.filter(
      (pair) => ["answered", "unanswered"].includes(pair.status) && (code === null || pair.codes.includes(code)),
    );
    return { fitting: codable.filter((pair) => this.fits(pair)).length, codable: codable.length };
  }

  /* The first of a cue's codes that tells distress, or undefined. */
  distressOf({ codes }) {
    return codes.find((code) => this.scheme.distress.has(code));
  }

  /* The Keep chips that can be printed: one in the visitor's own words needs words. */
  get kept() {
    return this.keeps.filter((keep) => !this.shadowed(keep.t) && (keep.kind !== "own" || trimmed(keep.note)));
  }
}

/* The onsets of the cues that the end review called "gave space": a reviewed tap may have prolonged an earlier one. */
function gaveSpace({ taps, reviews }, pairs) {
  const reviewed = taps.filter((tap) => reviews.get(tap.seq)?.answer === "gave_space");
  return new Set(
    reviewed
      .map((tap) => pairs.findLast((pair) => pair.codes.includes(tap.code) && pair.t <= tap.t)?.t)
      .filter((t) => t !== undefined),
  );
}
