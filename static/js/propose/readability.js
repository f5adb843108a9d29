/* How easy is a text to read? Pure; `recorder/feedback/readability.py` is the same in Python, and says from where the
   formulas come. A score without words is null. */

import { BLANK, LETTER, lengthOf, literal, trimmed } from "./text.js";

const ABBREVIATIONS = new Set(
  "a.m p.m dr dra sr sra srta mr mrs ms st vs e.g i.e ee.uu ud uds p.ej pág núm tel".split(" "),
);
const WORD = /[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*/gu;
const STOP = new RegExp(`[.!?…؟۔।]+["'”’»)\\]]*(?=${BLANK}|$)|[。！？]+[”’」』》)\\]]*|\\n+`, "gu");
const BLANKS = new RegExp(`${BLANK}+`, "u");
const UNSPACED = new Set(["zh"]);
const SIGN = new RegExp(LETTER, "gu");
const TOO_LONG = { en: 3, es: 4 };

export const words = (text) => text.match(WORD) ?? [];

/* The sentences of a text, however short; a stop in a number or after an abbreviation ends none. */
export function sentences(text) {
  const found = [];
  let start = 0;
  for (const stop of text.matchAll(STOP)) {
    const before = trimmed(text.slice(start, stop.index)).split(BLANKS).at(-1).replace(/^[¿¡(«“"']+/u, "");
    if (stop[0] === "." && ABBREVIATIONS.has(before.toLowerCase())) continue;
    const end = stop.index + stop[0].length;
    found.push(trimmed(text.slice(start, end)));
    start = end;
  }
  found.push(trimmed(text.slice(start)));
  return found.filter((sentence) => words(sentence).length > 0);
}

/* How many sentences, words and syllables a text has. */
export function count(text, language) {
  const syllables = words(text).map(SYLLABLES[language]);
  return {
    sentences: sentences(text).length,
    words: syllables.length,
    syllables: syllables.reduce((sum, n) => sum + n, 0),
  };
}

/* How many words the longest sentence has; in Chinese, how many signs. */
export function longestSentence(text, language) {
  const sized = (one) => (UNSPACED.has(language) ? one.match(SIGN) ?? [] : words(one)).length;
  return Math.max(0, ...sentences(text).map(sized));
}

/* The school grade at which an English text is read. */
export function fleschKincaid({ sentences: stops, words: n, syllables }) {
  if (!n || !stops) return null;
  return Number(((0.39 * n) / stops + (11.8 * syllables) / n - 15.59).toFixed(10));
}

/* The ease of a Spanish text, read on the INFLESZ bands. */
export function inflesz({ sentences: stops, words: n, syllables }) {
  if (!n || !stops) return null;
  return 206.835 - (62.3 * syllables) / n - n / stops;
}

/* The text with every name replaced by a word of one syllable: a long name does not make a text hard. */
export function withoutNames(text, names) {
  const longest = names.filter(Boolean).sort((one, other) => lengthOf(other) - lengthOf(one));
  return longest.reduce(
    (left, name) => left.replace(new RegExp(`(?<!${LETTER})${literal(name)}(?!${LETTER})`, "gu"), "Jo"),
    text,
  );
}

/* The words that are long in their language, each once, in order. */
export const longWords = (text, language) =>
  [...new Set(words(text).filter((word) => SYLLABLES[language](word) >= TOO_LONG[language]))];

/* English: one syllable for each group of vowels, less the silent endings, plus the vowels that part. */
const SILENT = new RegExp(
  [
    "(?:[^aeiouyl]|[aeiouy]l|[rl]l)e(?:ly|ness|ful|ment|less)?$",
    "(?:[^aeiouylszcgxh]|[aeiouy]l|[^cs]h)es$",
    "(?:[^aeiouyltd]|[aeiouy]l|[rl]l)ed$",
    "(?<=[aeiouy]r)e(?=g)|(?<=[aeiouy]m)e(?=time)|(?<=[aeiouy]m)e(?=where)",
  ].join("|"),
  "gu",
);
const PARTED = new RegExp(
  [
    "(?<![ctsg])i[ao](?!n$|ns$|nal|us)|(?<![gq])ua|uo|eo(?!u)|iu|[aeiouy]ing|(?<=[aeiou])ying|sms?$|thms?$",
    "(?<=cr)ea(?=t)|(?<=[td])ui(?=t)",
  ].join("|"),
  "gu",
);
const EXCEPTIONS = new Map(Object.entries({
  people: 2, every: 2, everything: 3, area: 3, idea: 3, ideas: 3, something: 2, someone: 2, quiet: 2, science: 2,
  poem: 2, different: 2, homework: 2, maybe: 2, business: 2, evening: 2, lion: 2,
}));
const DIGITS = /^\p{Nd}+$/u;

const matches = (text, pattern) => (text.match(pattern) ?? []).length;
const partsOf = (word, marks) => word.toLowerCase().split(marks).filter(Boolean);
const total = (parts, syllables) => parts.reduce((sum, part) => sum + syllables(part), 0);

function english(word) {
  const bare = word.replace(/['’]s?$/u, "").replace(/['’]/gu, "");
  if (DIGITS.test(bare)) return lengthOf(bare);
  const known = EXCEPTIONS.get(bare);
  return known ?? Math.max(1, matches(bare, /[aeiouyáéíóúü]+/gu) + matches(bare, PARTED) - matches(bare, SILENT));
}

/* Spanish: a strong vowel or an accented weak one is a nucleus; an unaccented weak one leans on its neighbour. */
function spanish(word) {
  if (DIGITS.test(word)) return 2 * lengthOf(word);
  const heard = word
    .replace(/([gq])u(?=[eéií])/gu, "$1")
    .replace(/y(?![aeiouáéíóú])/gu, "i")
    .replace(/(?<=[aeiou])h/gu, "");
  const runs = heard.match(/[aeoáéíóúiuü]+/gu) ?? [];
  return Math.max(1, runs.reduce((sum, run) => sum + (matches(run, /[aeoáéíóú]/gu) || 1), 0));
}

const SYLLABLES = {
  en: (word) => total(partsOf(word, /[-.,]/u), english),
  es: (word) => total(partsOf(word, /[-.,'’]/u), spanish),
};
