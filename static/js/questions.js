/* What does a questionnaire ask, in which languages, and what is still open?

   Pure: a questionnaire is its document {questions, answers, low, high, not_applicable}, answers are a map from a
   question's id to a whole number, "NA" (does not apply) or null (taken back). Ages in months. */

/* The languages in which every question and every answer is written, in the order of the first question's text. */
export function languages({ questions, answers }) {
  const texts = [...questions.map((one) => one.text), ...answers.map((one) => one.label)];
  return Object.keys(questions[0].text).filter((language) => texts.every((text) => text?.[language]));
}

/* The same with a person's own language first. */
export function languagesFor(document, own) {
  const known = languages(document);
  return known.includes(own) ? [own, ...known.filter((language) => language !== own)] : known;
}

/* Whether "does not apply" may be said to a question, and whether it stands first: below the question's age. */
export function notApplicable(document, question, ageMonths) {
  const offered = document.not_applicable === true;
  const young = ageMonths !== null && question.from_age_months != null && ageMonths < question.from_age_months;
  return { offered, first: offered && young };
}

export const isAnswered = (answers, id) => (answers.get(id) ?? null) !== null;

/* The questions without an answer, as places in the document, from 0 on. */
export function open({ questions }, answers) {
  return questions.map((_, place) => place).filter((place) => !isAnswered(answers, questions[place].id));
}

/* Whether an instrument fits this age: its window is whole months, both ends inside, an open end is null. */
export function fitsAge({ age_months: window }, ageMonths) {
  if (!window || ageMonths === null) return true;
  const [from, to] = window;
  return ageMonths >= (from ?? 0) && (to == null || ageMonths <= to);
}
