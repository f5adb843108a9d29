/* Which sentences does a family's page deserve, and why? Pure: keys with their reasons in numbers; `words.js` makes
   sentences of them. `recorder/feedback/choose.py` is the same in Python. */

import { FEW_CUES, onRequest, steps } from "./steps.js";
import { strengths } from "./strengths.js";
import { trimmed } from "./text.js";
import { sum } from "./moments.js";

/* Choose the strengths, the thing shown and the step, with all alternatives in order. */
export function choose(evidence) {
  const [chosen, more] = strengths(evidence);
  const [first = null, ...others] = shown(evidence, chosen);
  const cues = sum(evidence.pairs.map((pair) => pair.inRate));
  const [step, moreSteps] = steps(evidence, chosen, cues);
  return {
    strengths: chosen,
    moreStrengths: more,
    shown: first,
    moreShown: others,
    step,
    moreSteps,
    onRequest: onRequest(evidence),
    cues,
    length: evidence.length,
    observed: evidence.observed,
    distress: evidence.scheme.distress,
    warnings: [
      chosen.length < 2 && "write_one",
      cues < FEW_CUES && "few_cues",
      evidence.harsh.length > 0 && "rough_moment",
    ].filter(Boolean),
  };
}

/* What the child showed: Keep chips first, then the page's own cue type, then the most frequent. */
function shown(evidence, chosen) {
  const kept = [...evidence.kept]
    .sort((one, other) => Number(one.kind === "own") - Number(other.kind === "own"))
    .map((keep) => ({
      key: "keep",
      type: null,
      detail: keep.kind,
      note: trimmed(keep.note),
      reasons: { t_ms: keep.t },
    }));
  const best = chosen.find((strength) => strength.key === "S2")?.types[0];
  const counted = evidence.types.map((code) => ({
    code,
    n: sum(evidence.inRate.map((pair) => pair.codes.includes(code))),
  }));
  counted.sort((one, other) => Number(one.code !== best) - Number(other.code !== best) || other.n - one.n);
  return [...kept, ...counted.map(({ code, n }) => ({ key: "type", type: code, detail: "", note: "", reasons: { n } }))];
}
