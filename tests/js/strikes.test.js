import assert from "node:assert/strict";
import { test } from "node:test";

import { isEnough, nameOf, redrafted, sentences, struckFrom, without } from "../../static/js/strikes.js";

const WORDS = {
  language: "en",
  strengths: [
    { key: "S1", type: "CRY", text: "About 1 minute in, Mia cried. You came close. Half a minute later, Mia made sounds again." },
    { key: "S2", type: "VOC", text: "At the start, Mia made a sound. You talked back." },
    { key: "S10", type: null, text: "In Ana’s words: You waited. You smiled." },
  ],
  shown: { key: "shown_voc", text: "Sounds are Mia's way to call you." },
  step: { key: "deepen_cry", type: "CRY", when: "any time Mia cries.", what: "Come close. Say what you see.", say: "You are sad. I am here.", helps: "Mia hears you.", care: "Lay Mia down. Take a few minutes." },
  second_step: { key: "celebrate", type: null, when: "", what: "Tell someone.", say: "", helps: "", care: "" },
  idea: "Sing.\nDance. Every day.",
  for_you: "Crying is hard. Who could help?",
};
const strike = (...names) => new Set(names);

test("a text is split into sentences, what is said and a caregiver's idea are not", () => {
  assert.deepEqual(sentences("Oh! “Come here.” I am here… Yes", "shown"), ["Oh!", "“Come here.”", "I am here…", "Yes"]);
  assert.deepEqual(sentences("You are sad. I am here.", "step.say"), ["You are sad. I am here."]);
  assert.deepEqual(sentences(WORDS.idea, "idea"), [WORDS.idea]);
});

test("nothing struck leaves every word as it was approved", () => {
  assert.deepEqual(without(WORDS, strike()), WORDS);
});

test("a sentence goes and its line stays; a line goes with its last sentence", () => {
  const some = without(WORDS, strike("strengths.0/2", "shown/0", "for_you/1", "idea/0"));
  assert.equal(some.strengths[0].text, "About 1 minute in, Mia cried. You came close.");
  assert.equal(some.shown, null);
  assert.equal(some.for_you, "Crying is hard.");
  assert.equal(some.idea, "");
  const line = without(WORDS, strike("strengths.1/0", "strengths.1/1"));
  assert.deepEqual(line.strengths.map((one) => one.key), ["S1", "S10"]);
  assert.equal(isEnough(line), true);
  assert.equal(isEnough(without(line, strike("strengths.0/0", "strengths.0/1", "strengths.0/2"))), false);
});

test("a step without its what is no step, and the second takes its place", () => {
  const gone = without(WORDS, strike("step.what/0", "step.what/1"));
  assert.equal(gone.step.key, "celebrate");
  assert.equal(gone.second_step, null);
  const part = without(WORDS, strike("step.say/0", "step.what/1"));
  assert.deepEqual([part.step.say, part.step.what, part.step.care], ["", "Come close.", WORDS.step.care]);
});

test("what was struck is told as it stood", () => {
  assert.deepEqual(struckFrom(WORDS, strike("strengths.0/1", "step.say/0", "shown/0")), [
    "You came close.",
    "You are sad. I am here.",
    "Sounds are Mia's way to call you.",
  ]);
  assert.equal(nameOf("step.what", 1), "step.what/1");
});

test("the draft follows: gone lines are no longer offered, what is left of an own note is not quoted again", () => {
  const page = {
    strengths: [
      { key: "S1", text: WORDS.strengths[0].text, types: ["CRY"] },
      { key: "S10", text: " ", own: true, types: [] },
      { key: "S2", text: `${WORDS.strengths[1].text} `, types: ["VOC"] },
      { key: "S10", text: "You waited. You smiled.", own: true, types: [] },
    ],
    spare: [{ key: "S4", text: "You joined in.", types: ["REACH"] }],
    shown: { ...WORDS.shown, why: "because" },
    step: { ...WORDS.step, why: "because" },
    second: { ...WORDS.second_step, why: "also" },
    forYou: WORDS.for_you,
  };
  const struck = strike("strengths.0/0", "strengths.0/1", "strengths.0/2", "strengths.2/1", "step.what/0", "step.what/1");
  const drafted = redrafted(page, WORDS, struck);
  assert.deepEqual(drafted.strengths, [
    page.strengths[2],
    { key: "S10", text: "In Ana’s words: You waited.", own: false, types: [] },
  ]);
  assert.deepEqual(drafted.spare, page.spare);
  assert.equal(drafted.step.why, "also");
  assert.equal(drafted.second, null);
  assert.deepEqual(drafted.shown, page.shown);
});

test("what is struck goes from the second language too: the same sentence, or the line where it has another number", () => {
  const line = (text) => ({ key: "S1", text });
  const words = {
    strengths: [line("One. Two."), line("Three. Four."), line("Five.")],
    shown: null,
    idea: "",
    for_you: "Rest. Sleep.",
    beside: {
      language: "es",
      strengths: [line("Uno. Dos."), line("Tres, cuatro."), line("Cinco.")],
      shown: null,
      for_you: "Descanse. Duerma.",
    },
  };
  const struck = new Set([nameOf("strengths.0", 0), nameOf("strengths.1", 1), nameOf("for_you", 1)]);
  const { beside } = without(words, struck);
  assert.deepEqual([beside.strengths.map((one) => one.text), beside.for_you], [["Dos.", "Cinco."], "Descanse."]);
  assert.deepEqual(without(words, new Set()).beside.strengths, words.beside.strengths);
});
