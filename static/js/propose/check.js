/* Does a text that a visitor typed belong on a family's page? Pure; `recorder/feedback/check.py` is the same in Python.

   Labels are blocked; ordinary words that can hurt, and text that is hard to read, warn; a character that the printed
   page's font lacks is named. Names are never censored, nor is the caregiver's own idea: of that, only the font's gaps
   are told. */

import { t } from "../words.js";
import * as readability from "./readability.js";
import { BLANK, LETTER, formatted, halfEven, lengthOf, literal } from "./text.js";

const GRADE_A_BLOCK = 6;
const INFLESZ_LEAST = 65;
const LONGEST_SENTENCE = { zh: 30 };
const WORDS_A_SENTENCE = 15;
const UNSPACED = /[\u4e00-\u9fff]/;
const ARABIC = /[\u0600-\u06ff]/;
const OWN_WORDS = new Set(["idea"]);
const ONE_BLANK = new RegExp(`^${BLANK}$`, "u");

/* The findings of each text, by field: {level, word, message}. "blocked" and "glyph" stop the page, "hurts" and "hard"
   are worth another look. `wording` is of the page's `language`, `names` are those of the people. */
export function check(texts, language, wording, names = []) {
  return Object.fromEntries(
    Object.entries(texts).map(([field, text]) => [field, findings(field, text, language, wording, names)]),
  );
}

function findings(field, text, language, wording, names) {
  const glyphs = missing(text, wording.letters).map((word) =>
    finding("glyph", word, "The page cannot show this character: %(word)s", { word }),
  );
  if (OWN_WORDS.has(field)) return glyphs;
  const nameless = readability.withoutNames(text, names);
  const blocked = listed(nameless, wording.blocked).map((word) =>
    finding("blocked", word, "“%(word)s” is a label. Say what you saw instead.", { word }),
  );
  const hurts = listed(nameless, wording.hurts).map((word) =>
    finding("hurts", word, "“%(word)s” can hurt. Is there a kinder word?", { word }),
  );
  return [...blocked, ...glyphs, ...hurts, ...hard(nameless, language)];
}

const finding = (level, word, sentence, values = {}) => ({ level, word, message: formatted(t(sentence), values) });

/* The characters that the font cannot draw, each once, in order; `letters` are the ranges of those that it can. */
function missing(text, letters) {
  const drawn = (letter) => {
    const point = letter.codePointAt(0);
    return ONE_BLANK.test(letter) || letters.some(([first, last]) => first <= point && point <= last);
  };
  return [...new Set(text.normalize("NFC"))].filter((letter) => !drawn(letter));
}

/* The listed words that stand in the text, the longest of overlapping ones, in order of the text. */
function listed(text, words) {
  const longest = [...words].sort((one, other) => lengthOf(other) - lengthOf(one));
  const pattern = longest.map(patternOf).join("|");
  return [...new Set(text.match(new RegExp(`(?:${pattern})`, "giu")) ?? [])];
}

function patternOf(word) {
  const known = word.split(" ").map(literal).join(`${BLANK}+`);
  if (UNSPACED.test(word)) return known;
  return `(?<!${LETTER})${ARABIC.test(word) ? "[وف]?(?:[بكل]?ا?ل?|لل)" : ""}${known}(?!${LETTER})`;
}

const ANY_LANGUAGE = "This may be hard to read. Shorter sentences and words help.";

function hard(text, language) {
  if (!["en", "es"].includes(language)) {
    const isLong = readability.longestSentence(text, language) > (LONGEST_SENTENCE[language] ?? WORDS_A_SENTENCE);
    return isLong ? [finding("hard", "", ANY_LANGUAGE)] : [];
  }
  const counts = readability.count(text, language);
  const long = () => readability.longWords(text, language).join(", ");
  if (language === "es") {
    const score = readability.inflesz(counts);
    if (score === null || score > INFLESZ_LEAST) return [];
    return [finding("hard", long(), ANY_LANGUAGE)];
  }
  const grade = readability.fleschKincaid(counts);
  if (grade === null || grade <= GRADE_A_BLOCK) return [];
  const sentence = "This reads at about grade %(grade)s. Shorter sentences and words help.";
  return [finding("hard", long(), sentence, { grade: halfEven(grade) })];
}
