/* Which sentences did the family strike from its page, and what is left? Pure.

   A sentence is known by its place in the approved words ("strengths.0", "step.what") and its number there. What is to be
   said, or was an idea, is struck as a whole; a step without its "what" is no step. */

import { STEP_PARTS } from "./page_draft.js";

const SENTENCE_END = /(?<=[.!?…؟۔।。！？]["'”’»)\]」』》]*)\s+/u;
const WHOLE = /(^idea|\.when|\.say)$/;
const FEWEST_STRENGTHS = 2;

/* The sentences of a text at a place, and what one of them is known by. */
export const sentences = (text, place) => (WHOLE.test(place) ? [text] : text.split(SENTENCE_END));
export const nameOf = (place, number) => `${place}/${number}`;

/* What is left of a text; "" when every sentence of it was struck. */
function left(text, place, struck) {
  const all = sentences(text ?? "", place);
  const stay = all.filter((_, number) => !struck.has(nameOf(place, number)));
  return stay.length === all.length ? (text ?? "") : stay.join(" ");
}

/* The approved words without what was `struck` (a set of names of sentences). */
export function without(words, struck) {
  const shown = left(words.shown?.text, "shown", struck);
  const steps = ["step", "second_step"].map((which) => stepLeft(words[which], which, struck)).filter(Boolean);
  const [step = null, second_step = null] = steps;
  return {
    ...words,
    strengths: words.strengths
      .map((line, place) => ({ ...line, text: left(line.text, `strengths.${place}`, struck) }))
      .filter((line) => line.text),
    shown: shown ? { ...words.shown, text: shown } : null,
    step,
    second_step,
    idea: left(words.idea, "idea", struck),
    for_you: left(words.for_you, "for_you", struck),
    ...(words.beside && { beside: besideLeft(words, struck) }),
  };
}

/* What is left of the same page in its second language: the same sentences, where it has as many; else the whole line
   goes, so that nothing stands there that the family struck. */
function besideLeft(words, struck) {
  const { beside } = words;
  const cut = (own, other, place) => {
    const stays = left(own, place, struck);
    if (stays === (own ?? "")) return other ?? "";
    const isAlike = sentences(own, place).length === sentences(other ?? "", place).length;
    return stays && isAlike ? left(other, place, struck) : "";
  };
  const step = (which) => {
    if (!stepLeft(words[which], which, struck) || !beside[which]) return null;
    const parts = STEP_PARTS.map((part) => [part, cut(words[which][part], beside[which][part], `${which}.${part}`)]);
    return { ...beside[which], ...Object.fromEntries(parts) };
  };
  const shown = beside.shown ? cut(words.shown?.text, beside.shown.text, "shown") : "";
  return {
    ...beside,
    strengths: beside.strengths
      .map((line, place) => ({ ...line, text: cut(words.strengths[place].text, line.text, `strengths.${place}`) }))
      .filter((line) => line.text),
    shown: shown ? { ...beside.shown, text: shown } : null,
    step: step("step"),
    second_step: step("second_step"),
    for_you: cut(words.for_you, beside.for_you, "for_you"),
  };
}

function stepLeft(step, which, struck) {
  if (!step) return null;
  const parts = STEP_PARTS.map((part) => [part, left(step[part], `${which}.${part}`, struck)]);
  const made = { ...step, ...Object.fromEntries(parts) };
  return made.what ? made : null;
}

/* The sentences that were struck, as they stood. */
export function struckFrom(words, struck) {
  return [...struck].map((name) => {
    const [place, number] = name.split("/");
    const value = place.split(".").reduce((part, key) => part?.[key], words);
    return sentences(typeof value === "string" ? value : value.text, place)[Number(number)];
  });
}

export const isEnough = (words) => words.strengths.length >= FEWEST_STRENGTHS;

/* The draft of a page that was approved with these words, without what was struck: another strength is to be chosen. A
   line of which some is left is no longer the visitor's own note: it stands as it was printed. */
export function redrafted(page, words, struck) {
  const kept = without(words, struck);
  const standing = page.strengths.filter((line) => line.text.trim());
  const strengths = standing.flatMap((line, place) => {
    const was = words.strengths[place].text;
    const text = left(was, `strengths.${place}`, struck);
    if (!text) return [];
    return [text === was ? line : { ...line, text, own: false }];
  });
  const steps = [page.step, page.second].filter(Boolean);
  const drafted = (step) => step && { ...steps.find((one) => one.key === step.key), ...step };
  return {
    ...page,
    strengths,
    shown: kept.shown && { ...page.shown, ...kept.shown },
    step: drafted(kept.step),
    second: drafted(kept.second_step),
    forYou: kept.for_you,
  };
}
