/* The same page in a second language: the lines that stand in a draft, as the same proposal says them there. Pure.

   What the visitor wrote herself exists in one language only, and is named as her words in the other. */

import { STEP_PARTS } from "./page_draft.js";

/* The words of the page in the language of `other`, the same observation's proposal in it. `reads` says whether the
   visitor's own words are in that language. */
export function beside(page, other, reads) {
  const hers = (text) => (reads || !text.trim() ? text.trim() : quoted(other, text));
  const line = (one) => {
    if (one.own) return hers(one.text);
    const same = other[one.origin.list];
    const found = Array.isArray(same) ? same[one.origin.place] : same;
    return one.text === one.was ? (found?.text ?? "") : quoted(other, one.text);
  };
  const step = (one) => one && stepBeside(one, other);
  const strengths = page.strengths.filter((one) => one.text.trim());
  return {
    language: other.language,
    strengths: strengths.map((one) => ({ key: one.key, text: line(one) })),
    shown: page.shown?.text.trim() ? { key: page.shown.key, text: line(page.shown) } : null,
    step: step(page.step),
    second_step: step(page.second),
    for_you: page.forYou === page.was.forYou ? (other.for_you ?? "") : quoted(other, page.forYou),
  };
}

function stepBeside(one, other) {
  const all = [other.step, ...other.more_steps, ...other.on_request].filter(Boolean);
  const same = all.find((step) => step.key === one.key && step.type === one.type) ?? all.find((step) => step.key === one.key);
  const part = (name) => {
    if (!one[name]?.trim()) return "";
    return same && one[name] === one.was?.[name] ? same[name] : quoted(other, one[name]);
  };
  const parts = Object.fromEntries(STEP_PARTS.map((name) => [name, part(name)]));
  return { key: one.key, type: one.type ?? null, ...parts, care: same?.care ?? "" };
}

const quoted = (other, text) => (text.trim() ? other.own_words.replace("{note}", () => text.trim()) : "");
