import assert from "node:assert/strict";
import { test } from "node:test";

import * as drafts from "../../static/js/page_draft.js";

const line = (key, type) => ({ key, type, text: `${key} happened.`, why: "because" });
const step = (key) => ({ key, type: null, when: "At night", what: `${key}.`, say: "", helps: "", care: "", why: "" });
const PROPOSAL = {
  strengths: [line("S1", "CRY"), line("S2", "VOC"), line("S4", "REACH")],
  more_strengths: [line("S2", "CRY"), line("S3", null)],
  shown: line("VOC", "VOC"),
  step: step("deepen"),
  more_steps: [step("repair"), step("time")],
  for_you: "Rest.",
};

test("a swap takes the next candidate whose cue type is not on the page; the old one waits", () => {
  const page = drafts.swapStrength(drafts.fromProposal(PROPOSAL), 1);
  assert.deepEqual(page.strengths.map((one) => one.key), ["S1", "S3", "S4"]);
  assert.deepEqual(page.spare.map((one) => one.key + one.type), ["S2CRY", "S2VOC"]);
});

test("without a candidate a swap changes nothing", () => {
  const page = { ...drafts.fromProposal(PROPOSAL), spare: [] };
  assert.equal(drafts.swapStrength(page, 0), page);
});

test("steps take turns", () => {
  let page = drafts.fromProposal(PROPOSAL);
  for (const expected of ["repair", "time", "deepen"]) {
    page = drafts.swap(page, "step", "spareSteps");
    assert.equal(page.step.key, expected);
  }
});

test("every printed text is checked, the caregiver's own idea is not asked for", () => {
  assert.deepEqual(Object.keys(drafts.texts(drafts.fromProposal(PROPOSAL))), [
    "strengths.0", "strengths.1", "strengths.2", "shown", "step.when", "step.what", "for_you",
  ]);
});

test("the approved page keeps what was proposed beside what is printed", () => {
  const page = drafts.ownStrength(drafts.dropStrength(drafts.fromProposal(PROPOSAL), 0));
  page.strengths[2].text = " You waited. ";
  const words = drafts.approved(page, {
    id: "s", language: "en", child: "mia", caregiver: null, idea: " a walk ", contact: null, nextVisit: null, show: {},
  });
  assert.deepEqual(words.strengths.at(-1), { key: "S10", type: null, text: "You waited." });
  assert.deepEqual(words.proposed, { strengths: ["S1", "S2", "S4"], step: "deepen" });
  assert.deepEqual([words.idea, words.second_step, "why" in words.step], ["a walk", null, false]);
});
