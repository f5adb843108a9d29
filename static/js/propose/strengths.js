/* Which strengths does a page tell? Pure; part of `recorder/feedback/choose.py`.

   A strength: {key, types, moment, detail, note, reasons}. `types` are the cue types that it speaks for, `reasons` the
   numbers of why it was chosen. Nothing rests on a rough moment. */

import { newcombe, wilson } from "./intervals.js";
import { median } from "./latency.js";
import * as moments from "./moments.js";
import { ratingKey } from "../tape.js";
import { trimmed } from "./text.js";

const ON_THE_PAGE = 3;
const QUICK_MS = 3_000;
const QUICK_ANSWERS = 5;
export const ENOUGH = 3;
const LEADS = ["REACH", "PLAY"];

const { COMFORT, TALK, FOLLOW, DELIGHT, PAUSE, REPAIR, AWAY } = moments;

/* A rating is shown by a moment with one of these answers (null: any answer that fits). */
const ADULT_SCALES = {
  "sensitivity/1": {
    least: 7,
    scales: {
      tuning_in: null,
      joining: [FOLLOW],
      reachable: null,
      acceptance: [COMFORT, DELIGHT, "TOUCH"],
    },
  },
  "warm-presence/1": {
    least: 6,
    scales: {
      warm: [COMFORT, DELIGHT, "TOUCH"],
      structure: [FOLLOW, TALK],
      room: [FOLLOW, PAUSE],
      kind: [COMFORT],
    },
  },
};

/* Each strength with its evidence, the strongest first: candidates {strength, moments}. */
const EVIDENCE = {
  S7: madeUp,
  S1: comforted,
  S2: bestType,
  S6: gaveSpace,
  S4: followed,
  S5: delighted,
  S3: quick,
  S10: kept,
  S9: gained,
  S8: rated,
};
const COUNTS = new Set(["S2", "S3", "S9"]);

/* Those on the page (at most one a cue type), and those that she may swap them for. */
export function strengths(evidence) {
  const keys = Object.keys(EVIDENCE).filter((key) => evidence.harsh.length === 0 || !COUNTS.has(key));
  const chosen = [];
  const rest = [];
  for (const candidate of keys.flatMap((key) => EVIDENCE[key](evidence))) {
    const taken = chosen.flatMap((strength) => strength.types);
    const fresh = !candidate.strength.types.some((type) => taken.includes(type));
    if (chosen.length < ON_THE_PAGE && fresh) chosen.push(told(candidate, chosen));
    else rest.push(candidate);
  }
  return [chosen, rest.map((candidate) => told(candidate, chosen))];
}

/* The strength with its earliest moment, one that is not on the page yet if there is one. */
function told({ strength, moments: found }, before) {
  const known = before.map((one) => one.moment).filter(Boolean);
  const fresh = found.find((moment) => !known.some((one) => one.t === moment.t && one.cue === moment.cue));
  return { ...strength, moment: fresh ?? found[0] ?? null };
}

const candidate = (key, found, reasons, more = {}) =>
  [{ strength: { key, types: [], detail: "", note: "", reasons, ...more }, moments: found }];

function comforted(evidence) {
  const found = evidence.open
    .map((pair) => ({ pair, code: evidence.distressOf(pair) }))
    .filter(({ pair, code }) => code && pair.response === COMFORT && evidence.fits(pair));
  if (found.length === 0) return [];
  const [{ code }] = found;
  const told = found.filter((one) => one.code === code).map((one) => moments.ofPair(evidence, one.pair, code));
  return candidate("S1", told, { n: found.length }, { types: [code] });
}

function bestType(evidence) {
  let best = null;
  for (const code of evidence.types) {
    const { fitting, codable } = evidence.tally(code);
    if (codable < ENOUGH || 2 * fitting < codable) continue;
    const [low] = wilson(fitting, codable);
    if (!best || low > best.low) best = { low, code, reasons: { fitting, codable } };
  }
  return best ? candidate("S2", moments.answered(evidence, best.code), best.reasons, { types: [best.code] }) : [];
}

function quick(evidence) {
  const seen = evidence.inRate.filter((pair) => pair.status !== "answered_by_another");
  const fits = seen.map((pair) => evidence.fits(pair));
  // An answer that does not fit leaves the cue waiting: no fitting answer came in the time that was seen
  const times = seen.map((pair, place) => (fits[place] ? pair.latency : pair.observed));
  const half = median(times, fits);
  const n = moments.sum(fits);
  if (n < QUICK_ANSWERS || half === null || half > QUICK_MS) return [];
  return candidate("S3", moments.answered(evidence), { n, median_ms: half });
}

function followed(evidence) {
  const led = evidence.inRate
    .filter((pair) => pair.status === "answered")
    .map((pair) => ({ pair, code: pair.codes.find((one) => LEADS.includes(one)) }))
    .filter(({ code }) => code);
  const found = led.filter(({ pair }) => pair.response === FOLLOW && evidence.fits(pair));
  if (found.length === 0 || 2 * found.length < led.length) return [];
  const told = found.map(({ pair, code }) => moments.ofPair(evidence, pair, code));
  return candidate("S4", told, { n: found.length, of: led.length }, { types: LEADS });
}

function delighted(evidence) {
  const isJoy = (tap) => tap.code === DELIGHT;
  const found = [];
  for (const pair of evidence.open) {
    const fits = !evidence.scheme.fit || pair.codes.some((code) => evidence.fitOf(code, DELIGHT) >= 0.5);
    if (!fits) continue;
    if (pair.response === DELIGHT && pair.status === "answered") {
      found.push(moments.ofPair(evidence, pair, pair.codes[0]));
    } else {
      found.push(...pair.followUps.filter(isJoy).map((tap) => moments.own(evidence, tap.t, DELIGHT)));
    }
  }
  found.push(...evidence.spontaneous.filter(isJoy).map((tap) => moments.own(evidence, tap.t, DELIGHT)));
  const told = found.filter((moment) => !evidence.shadowed(moment.t)).sort((one, other) => one.t - other.t);
  return told.length < 2 ? [] : candidate("S5", told, { n: told.length });
}

function gaveSpace(evidence) {
  const found = evidence.open.filter((pair) => pair.codes.includes(AWAY) && moments.spaceGiven(evidence, pair));
  if (found.length === 0) return [];
  const told = found.map((pair) => ({ ...moments.ofPair(evidence, pair, AWAY), response: PAUSE }));
  return candidate("S6", told, { n: found.length }, { types: [AWAY] });
}

function madeUp(evidence) {
  const told = moments.hard(evidence).flatMap(({ t, cue }) => {
    const mended = moments.repaired(evidence, t);
    if (mended === null || evidence.shadowed(t) || evidence.shadowed(mended)) return [];
    return [{ t, cue, response: REPAIR, latency: mended - t, ...moments.following(evidence, mended) }];
  });
  return told.length === 0 ? [] : candidate("S7", told, { n: told.length });
}

function rated(evidence) {
  return Object.entries(ADULT_SCALES).flatMap(([instrument, { least, scales }]) =>
    Object.keys(scales)
      .map((scale) => ({ scale, value: evidence.ratings.get(ratingKey(instrument, scale))?.value }))
      .filter(({ value }) => Number.isInteger(value) && value >= least)
      .sort((one, other) => other.value - one.value)
      .flatMap(({ scale, value }) => {
        const shows = scales[scale];
        const told = moments.answered(evidence).filter((moment) => !shows || shows.includes(moment.response));
        return told.length === 0 ? [] : candidate("S8", told, { value, scale }, { detail: scale });
      }),
  );
}

function gained(evidence) {
  const { last } = evidence.dyad;
  const now = evidence.tally();
  const difference = last && newcombe(now.fitting, now.codable, last.fitting, last.codable);
  if (!difference || difference[0] <= 0) return [];
  return candidate("S9", moments.answered(evidence), { ...now, before: last.fitting, of: last.codable });
}

function kept(evidence) {
  return evidence.kept.flatMap((keep) =>
    candidate("S10", [moments.own(evidence, keep.t, null)], { t_ms: keep.t }, {
      detail: keep.kind,
      note: trimmed(keep.note),
    }),
  );
}
