/* Which small step does a page offer, and which others? Pure; part of `recorder/feedback/choose.py`.

   A step: {key, type, reasons}. Weak figures choose a step and are never said. */

import { wilson } from "./intervals.js";
import * as moments from "./moments.js";
import { ENOUGH } from "./strengths.js";

export const FEW_CUES = 8;
const LOW = 50;
const I_SENTENCES_FROM_MONTHS = 18;
const LISTENING = ["VOC", "PLAY"];
const DEEPEN = { S1: "comfort", S3: "quick", S4: "follow", S5: "delight", S6: "space", S7: "repair" };

const step = (key, reasons, type = null) => ({ key, type, reasons });

/* The step, and those that come after it. `cues` is how many cues are in the rate. */
export function steps(evidence, strengths, cues) {
  const { doing } = evidence.dyad;
  const weakest = cues < FEW_CUES ? null : weakestType(evidence);
  const goal = cues < FEW_CUES ? goalStep(evidence) : null;
  const choices = [weakest, goal, ...strengths.map(deepened)].filter((one) => one && one.key !== doing);
  const first = choices[0] ?? step("time_together", { nothing_else: 1 });
  const more = [...themes(evidence, cues), ...ownSteps(evidence, cues)].filter(
    (one) => one.key !== doing && (one.key !== first.key || one.type !== first.type),
  );
  return [first, [...more, ...untried(evidence, [first, ...more])]];
}

/* The last step once more, when there was little chance to try it and nothing else offers it. */
function untried({ dyad: { untried: last } }, offered) {
  return last && !offered.some(({ key }) => key === last.key) ? [step(last.key, { tried: 0 }, last.type)] : [];
}

/* The step for the cue type with the lowest upper bound, of those answered less than half of the time; of equal ones
   distress comes first, then the family's goal. */
function weakestType(evidence) {
  const { dyad, scheme } = evidence;
  const found = evidence.types
    .map((code) => ({ code, one: answer(evidence, code) }))
    .filter(({ one }) => one && one.key !== dyad.doing);
  const rank = ({ code, one }) => [one.reasons.upper, !scheme.distress.has(code), code !== dyad.goalType].map(Number);
  found.sort((one, other) => {
    const [mine, theirs] = [rank(one), rank(other)];
    return mine[0] - theirs[0] || mine[1] - theirs[1] || mine[2] - theirs[2];
  });
  return found[0]?.one ?? null;
}

/* The step of a cue type that was answered less than half of the time; null when it was not, or too few were seen. */
function answer(evidence, code) {
  const { fitting, codable } = evidence.tally(code);
  if (codable < ENOUGH || 2 * fitting >= codable) return null;
  return step(listening(code), { fitting, codable, upper: wilson(fitting, codable)[1] }, code);
}

const listening = (code) => (LISTENING.includes(code) ? "active_listening" : `answer_${code.toLowerCase()}`);

function goalStep({ dyad: { goal, goalType } }) {
  if (!goal) return null;
  return goalType ? step(listening(goalType), { goal: 1 }, goalType) : step("time_together", { goal: 1 });
}

/* The step that does more of a strength. */
function deepened({ key, types }) {
  const kind = DEEPEN[key] ?? (key === "S2" ? types[0].toLowerCase() : "time");
  return step(`deepen_${kind}`, { strength: key }, types[0] ?? null);
}

/* The themes in the order of their table, each with its figure or tick, then space after a wish for a break. */
function themes(evidence, cues) {
  const { dyad } = evidence;
  const low = [["consistency", "predictable_day"], ["follow_through", "follow_through"]]
    .filter(([, scale]) => (dyad.ourDays[scale] ?? LOW) < LOW)
    .map(([key, scale]) => step(key, { scale: dyad.ourDays[scale] }));
  const away = evidence.pairs.filter((pair) => pair.codes.includes(moments.AWAY));
  const left = moments.sum(away.map((pair) => !moments.spaceGiven(evidence, pair)));
  return [
    ...low,
    ...ticked(evidence, "i_sentences"),
    ...(cues >= FEW_CUES ? LISTENING.map((code) => answer(evidence, code)) : []),
    repair(evidence),
    ...ticked(evidence, "vulnerability"),
    naming(evidence),
    dyad.goal && step("time_together", { goal: 1 }),
    (dyad.newStage || dyad.ticks.includes("check_in")) && step("check_in", { new_stage: Number(dyad.newStage) }),
    ...ticked(evidence, "own_support"),
    ...ticked(evidence, "professional_help"),
    dyad.done && step("celebrate", { done: 1 }),
    left > 0 && step("give_space", { n: left }, moments.AWAY),
  ].filter(Boolean);
}

/* The programme's own steps whose trigger is there, in the programme's order. */
function ownSteps(evidence, cues) {
  const { dyad } = evidence;
  const brings = {
    cue: ({ key, of }) => {
      const found = cues >= FEW_CUES ? answer(evidence, of) : null;
      return found ? [step(key, found.reasons, of)] : [];
    },
    scale: ({ key, of }) => ((dyad.ourDays[of] ?? LOW) < LOW ? [step(key, { scale: dyad.ourDays[of] })] : []),
    goal: ({ key }) => (dyad.goal ? [step(key, { goal: 1 })] : []),
    tick: ({ key }) => ticked(evidence, key),
  };
  return dyad.own.flatMap((own) => brings[own.trigger](own));
}

function repair(evidence) {
  const { scheme, taps } = evidence;
  const rough = taps.filter((tap) => scheme.rough.has(tap.code)).map((tap) => ({ t: tap.t, cue: null }));
  const cried = moments.hard(evidence).filter((moment) => moment.cue);
  const left = [...rough, ...cried].filter((moment) => moments.repaired(evidence, moment.t) === null);
  if (left.length === 0) return null;
  return step("repair", { n: left.length }, left.every((moment) => moment.cue) ? left[0].cue : null);
}

function naming(evidence) {
  const upset = evidence.open.filter((pair) => pair.status === "answered" && evidence.distressOf(pair));
  const spoken = upset.some(
    (pair) => pair.response === moments.TALK || pair.followUps.some((tap) => tap.code === moments.TALK),
  );
  if (upset.length === 0 || spoken) return null;
  return step("naming_feelings", { n: upset.length }, evidence.distressOf(upset[0]));
}

const ticked = (evidence, key) =>
  evidence.dyad.ticks.includes(key) ? onRequest(evidence).filter((one) => one.key === key) : [];

/* The themes that no figure brings. */
export function onRequest({ dyad: { age, contacts, own } }) {
  const keys = [
    age !== null && age > I_SENTENCES_FROM_MONTHS && "i_sentences",
    "vulnerability",
    "check_in",
    "own_support",
    contacts && "professional_help",
    ...own.filter((one) => one.trigger === "tick").map((one) => one.key),
  ];
  return keys.filter(Boolean).map((key) => step(key, { ticked: 1 }));
}
