/* What does this say in the reader's language? The English sentence is the key; the server sends the rest. */

let catalogue = {};

export async function load(language) {
  const reply = await fetch(`/i18n/${language}.json`);
  if (reply.ok) catalogue = await reply.json();
}

/* Translate a sentence; {names} in it are replaced by values. */
export function t(sentence, values = {}) {
  const words = catalogue[sentence] || sentence;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/* An instrument's own words: the reader's language, else English, else whatever there is. */
export function label(labels, language, otherwise = "") {
  if (typeof labels === "string") return labels;
  return labels?.[language] ?? labels?.en ?? Object.values(labels ?? {})[0] ?? otherwise;
}
