/* How is text read exactly as the server's Python reads it? Pure: letters, digits and blanks as Unicode has them. */

/* What a word is made of, and what stands between words: for regular expressions with the flag u. */
export const LETTER = "[\\p{L}\\p{N}_]";
export const BLANK = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

const ENDS = new RegExp(`^${BLANK}+|${BLANK}+$`, "gu");
const NAME = new RegExp(`\\{(${LETTER}+)\\}`, "gu");

export const trimmed = (text) => text.replace(ENDS, "");

/* The length in characters, as people count them: half a character is none. */
export const lengthOf = (text) => [...text].length;

/* A text that stands for itself in a regular expression. */
export const literal = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/* An entry of a table, undefined without one: a code called "constructor" is in no table. */
export const entry = (table, key) => (table && Object.hasOwn(table, key) ? table[key] : undefined);

/* Put names into a sentence for the family ("{child} cried."); braces that a person typed are left as they are. */
export const fill = (text, values) => text.replace(NAME, (whole, name) => entry(values, name) ?? whole);

/* Put numbers into a sentence for the visitor ("Seen %(n)s times."): the server writes the same sentences. */
export const formatted = (sentence, values) =>
  sentence.replace(/%\((\w+)\)s/g, (whole, name) => String(entry(values, name) ?? whole));

/* To a whole number, a half to the even one, as Python rounds. */
export function halfEven(number) {
  const low = Math.floor(number);
  const over = number - low;
  if (over !== 0.5) return over < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}
