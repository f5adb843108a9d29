import assert from "node:assert/strict";
import { test } from "node:test";

import * as questions from "../../static/js/questions.js";

const DOCUMENT = {
  low: 1,
  high: 2,
  not_applicable: true,
  answers: [{ value: 1, label: { en: "Never", es: "Nunca", fr: "Jamais" } }, { value: 2, label: { en: "Always", es: "Siempre" } }],
  questions: [
    { id: "f1", text: { en: "I do it.", es: "Lo hago.", fr: "Je le fais." }, from_age_months: 18 },
    { id: "p1", text: { en: "Meals.", es: "Comidas.", fr: "Repas." } },
    { id: "s1", text: { en: "I come.", es: "Voy." } },
  ],
};

test("a language counts only when every question and every answer is written in it", () => {
  assert.deepEqual(questions.languages(DOCUMENT), ["en", "es"]);
  const whole = structuredClone(DOCUMENT);
  whole.questions[2].text.fr = "Je viens.";
  assert.deepEqual(questions.languages(whole), ["en", "es"]);
  whole.answers[1].label.fr = "Toujours";
  assert.deepEqual(questions.languages(whole), ["en", "es", "fr"]);
});

test("her own language comes first, and one that is not there is not made up", () => {
  assert.deepEqual(questions.languagesFor(DOCUMENT, "es"), ["es", "en"]);
  assert.deepEqual(questions.languagesFor(DOCUMENT, "fr"), ["en", "es"]);
});

test("does not apply stands first below the question's age, and nowhere when the document has none", () => {
  const [rule, meal] = DOCUMENT.questions;
  assert.deepEqual(questions.notApplicable(DOCUMENT, rule, 17), { offered: true, first: true });
  assert.deepEqual(questions.notApplicable(DOCUMENT, rule, 18), { offered: true, first: false });
  assert.deepEqual(questions.notApplicable(DOCUMENT, rule, null), { offered: true, first: false });
  assert.deepEqual(questions.notApplicable(DOCUMENT, meal, 3), { offered: true, first: false });
  assert.deepEqual(questions.notApplicable({ ...DOCUMENT, not_applicable: false }, rule, 3), { offered: false, first: false });
});

test("open are the questions never answered and those whose answer was taken back, in the document's order", () => {
  assert.deepEqual(questions.open(DOCUMENT, new Map()), [0, 1, 2]);
  assert.deepEqual(questions.open(DOCUMENT, new Map([["p1", "NA"], ["f1", null], ["s1", 2]])), [0]);
});

test("an age window is inclusive at both ends, and may be open", () => {
  const fits = (age_months, age) => questions.fitsAge({ age_months }, age);
  assert.deepEqual([11, 12, 48, 49].map((age) => fits([12, 48], age)), [false, true, true, false]);
  assert.deepEqual([fits([12, null], 900), fits(undefined, 3), fits([12, 48], null)], [true, true, true]);
});
