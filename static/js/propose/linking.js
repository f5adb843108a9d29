/* Which cue did a response answer, and how many cues were answered? Pure; the rule stands, word for word, in
   `recorder/measures/responsiveness.py`: the latest cue in whose window a response falls, both ends inclusive. */

import { isFocal, isOf } from "./observation.js";
import { entry } from "./text.js";

/* All cues of one child with what became of them, in order of onset, and the focal caregiver's responses that answered
   none. A pair: {t, codes, status, observed, inRate, distress, response, responseAt, latency, fit, followUps}. */
export function link(observation, child) {
  const { scheme } = observation;
  const cues = compounds(onsets(observation, child), scheme);
  const unlinked = assign(responses(observation, child), cues, scheme.shortest);
  return {
    pairs: cues.map((cue) => pairOf(cue, observation)),
    spontaneous: unlinked.filter((tap) => isFocal(tap, observation)),
  };
}

/* Taps at one time stand in the order of their codes, then of who did them. */
const inOrder = (one, other) =>
  one.t - other.t || compared(one.code, other.code) || compared(one.by ?? "", other.by ?? "");

const compared = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/* The onsets of this child's cues; taps that only prolong a cue are left out. */
function onsets(observation, child) {
  const cues = new Map(observation.scheme.cues.map((cue) => [cue.code, cue]));
  const last = new Map();
  return observation.taps
    .filter((tap) => cues.has(tap.code) && isOf(tap, observation, child))
    .sort(inOrder)
    .filter(({ t, code }) => {
      const since = last.has(code) ? t - last.get(code) : null;
      last.set(code, t);
      const { continues } = cues.get(code);
      return since === null || since > continues || continues === 0;
    });
}

function compounds(taps, scheme) {
  const kinds = new Map(scheme.cues.map((cue) => [cue.code, cue]));
  const cues = [];
  for (const { t, code } of taps) {
    const kind = kinds.get(code);
    const last = cues.at(-1);
    if (last && (t === last.t || t - last.t < scheme.merge)) {
      last.window = Math.max(last.window, kind.window);
      last.inRate ||= kind.inRate;
      last.distress ||= kind.distress;
      if (!last.codes.includes(code)) last.codes.push(code);
    } else {
      const { window, inRate, distress } = kind;
      cues.push({ t, codes: [code], window, inRate, distress, responses: [] });
    }
  }
  return cues;
}

function responses(observation, child) {
  const codes = new Set(observation.scheme.responses.map((one) => one.code));
  return observation.taps.filter((tap) => codes.has(tap.code) && isOf(tap, observation, child)).sort(inOrder);
}

/* Give each response to the latest cue that it may belong to; returns those that belong to none. */
function assign(taps, cues, shortest) {
  const longest = Math.max(0, ...cues.map((cue) => cue.window));
  return taps.filter((tap) => {
    let place = cues.findLastIndex((cue) => cue.t <= tap.t - shortest);
    for (; place >= 0 && tap.t - cues[place].t <= longest; place--) {
      if (tap.t - cues[place].t > cues[place].window) continue;
      cues[place].responses.push(tap);
      return false;
    }
    return true;
  });
}

function pairOf(cue, observation) {
  const [first = null, ...further] = cue.responses;
  const seen = seenFor(cue, observation);
  return {
    t: cue.t,
    codes: cue.codes,
    status: statusOf(first, seen === cue.window, observation),
    observed: seen,
    inRate: cue.inRate,
    distress: cue.distress,
    response: first?.code ?? null,
    responseAt: first?.t ?? null,
    latency: first ? first.t - cue.t : null,
    fit: first ? fitOf(observation.scheme, cue.codes, first.code) : null,
    followUps: further.filter((tap) => isFocal(tap, observation)),
  };
}

function statusOf(first, whole, observation) {
  if (!first) return whole ? "unanswered" : "not_codable";
  return isFocal(first, observation) ? "answered" : "answered_by_another";
}

/* How much of the window, from the onset on, was seen without a break. */
function seenFor(cue, { unseen, length }) {
  const until = Math.min(cue.t + cue.window, length);
  const gap = unseen.find(([from, to]) => from < until && to > cue.t);
  return (gap ? Math.max(cue.t, gap[0]) : until) - cue.t;
}

/* The best fit over a compound's codes; a rough moment never fits, and without a value there is none. */
function fitOf(scheme, codes, response) {
  if (!scheme.fit) return null;
  if (scheme.rough.has(response)) return 0;
  const values = codes.map((code) => entry(entry(scheme.fit, code), response)).filter((value) => value !== undefined);
  return values.length > 0 ? Math.max(...values) : null;
}
