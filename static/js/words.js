/* What does this say in the reader's language? The English sentence is the key; the server sends the rest. */

let catalogue = {};

/* Fetch a language's catalogue (`i18n`), or its wording of a family's page (`wording`). */
export async function fetched(language, kind = "i18n") {
  const reply = await fetch(`/${kind}/${language}.json`);
  if (!reply.ok) throw new Error(`no words in ${language}`);
  return reply.json();
}

/* From now on `t` speaks the language of this catalogue. */
export function speak(words) {
  catalogue = words;
}

/* Translate a sentence; {names} in it are replaced by values. */
export function t(sentence, values = {}) {
  const words = catalogue[sentence] || sentence;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/* An instrument's own words: in the reader's language, else what the catalogue makes of the English ones, else whatever
   there is. */
export function label(labels, language, otherwise = "") {
  if (typeof labels === "string") return labels;
  return labels?.[language] ?? (labels?.en && (catalogue[labels.en] || labels.en)) ?? Object.values(labels ?? {})[0] ?? otherwise;
}
