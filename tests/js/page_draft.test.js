import assert from "node:assert/strict";
import { test } from "node:test";

import { beside } from "../../static/js/page_beside.js";
import * as drafts from "../../static/js/page_draft.js";

const line = (key, ...types) => ({ key, type: types[0] ?? null, types, text: `${key} happened.`, why: "because" });
const step = (key, type = null) => ({ key, type, when: "At night", what: `${key}.`, say: "", helps: "", care: "", why: "" });
const PROPOSAL = {
  strengths: [line("S1", "CRY"), line("S2", "VOC"), line("S4", "REACH", "PLAY")],
  more_strengths: [line("S2", "CRY"), line("S3")],
  shown: line("VOC", "VOC"),
  step: step("deepen"),
  more_steps: [step("repair"), step("time")],
  on_request: [step("vulnerability"), step("own_support")],
  own_words: "Con palabras de Ana: {note}",
  for_you: "Rest.",
};

test("a swap takes the next candidate whose cue type is not on the page; the old one waits", () => {
  const page = drafts.swapStrength(drafts.fromProposal(PROPOSAL), 1);
  assert.deepEqual(page.strengths.map((one) => one.key), ["S1", "S3", "S4"]);
  assert.deepEqual(page.spare.map((one) => one.key + one.type), ["S2CRY", "S2VOC"]);
});

test("following the lead speaks for reaching and for playing: no other strength of either is beside it", () => {
  const page = drafts.fromProposal({ ...PROPOSAL, more_strengths: [line("S2", "PLAY"), line("S2", "LOOK")] });
  assert.deepEqual(drafts.swapStrength(page, 0).strengths[0].types, ["LOOK"]);
  assert.deepEqual(drafts.swapStrength(page, 2).strengths[2].types, ["PLAY"]);
});

test("without a candidate a swap changes nothing", () => {
  const page = { ...drafts.fromProposal(PROPOSAL), spare: [] };
  assert.equal(drafts.swapStrength(page, 0), page);
});

test("steps take turns", () => {
  let page = drafts.fromProposal(PROPOSAL);
  for (const expected of ["repair", "time", "deepen"]) {
    page = drafts.swapStep(page, "step");
    assert.equal(page.step.key, expected);
  }
});

test("two steps never come from one cue type", () => {
  const more = [step("naming", "CRY"), step("listen", "VOC")];
  const page = drafts.fromProposal({ ...PROPOSAL, step: step("comfort", "CRY"), more_steps: more });
  assert.equal(drafts.swapStep(page, "second").second.key, "listen");
  const alone = { ...page, spareSteps: [step("naming", "CRY")] };
  assert.equal(drafts.swapStep(alone, "second"), alone);
});

test("a ticked theme comes next; without its tick it leaves the queue and the page", () => {
  const page = drafts.tickTheme(drafts.fromProposal(PROPOSAL), "own_support", true);
  assert.deepEqual(page.spareSteps.map((one) => one.key), ["own_support", "repair", "time"]);
  assert.ok(drafts.isTicked(page, "own_support") && !drafts.isTicked(page, "vulnerability"));
  assert.equal(drafts.tickTheme(page, "own_support", true), page);
  const chosen = drafts.swapStep(page, "step");
  assert.deepEqual([chosen.step.key, chosen.spareSteps.at(-1).key], ["own_support", "deepen"]);
  const left = drafts.tickTheme(chosen, "own_support", false);
  assert.deepEqual([left.step.key, drafts.isTicked(left, "own_support")], ["repair", false]);
  const second = drafts.tickTheme({ ...page, second: step("own_support"), spareSteps: [] }, "own_support", false);
  assert.equal(second.second, null);
});

test("a theme that a figure brought already is not asked for", () => {
  const page = drafts.fromProposal({ ...PROPOSAL, on_request: [step("repair"), step("deepen"), step("vulnerability")] });
  assert.deepEqual(page.onRequest.map((one) => one.key), ["vulnerability"]);
});

test("beside sentences that she does not read, only her own words are checked, and they are printed as hers", () => {
  const page = drafts.ownStrength(drafts.dropStrength(drafts.fromProposal(PROPOSAL), 0));
  page.strengths[2].text = " You waited {note} $& ";
  assert.deepEqual(drafts.texts(page, { own: true }), { "strengths.2": " You waited {note} $& " });
  const around = { id: "s", language: "es", child: "mia", caregiver: null, idea: "", contact: null, show: {} };
  const printed = (quotes) => drafts.approved(page, { ...around, nextVisit: null, quotes }).strengths;
  assert.equal(printed(true)[2].text, "Con palabras de Ana: You waited {note} $&");
  assert.equal(printed(true)[0].text, "S2 happened.");
  assert.equal(printed(false)[2].text, "You waited {note} $&");
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

test("the same page in a second language has the same lines; what she changed or wrote is named as hers there", () => {
  const spanish = (one) => ({ ...one, text: `ES ${one.text}` });
  const other = {
    ...PROPOSAL,
    language: "es",
    strengths: PROPOSAL.strengths.map(spanish),
    more_strengths: PROPOSAL.more_strengths.map(spanish),
    shown: spanish(PROPOSAL.shown),
    step: { ...PROPOSAL.step, what: "ES deepen" },
    more_steps: [{ ...PROPOSAL.more_steps[0], what: "ES repair" }],
    for_you: "Descanse.",
  };
  let page = drafts.swapStep(drafts.swapStrength(drafts.fromProposal(PROPOSAL), 1), "step");
  page.strengths[2].text = "She sang.";
  page = drafts.ownStrength(page);
  page.strengths[3].text = "He laughed.";
  const made = beside(page, other, false);
  assert.deepEqual(made.strengths.map((one) => one.text), [
    "ES S1 happened.",
    "ES S3 happened.",
    "Con palabras de Ana: She sang.",
    "Con palabras de Ana: He laughed.",
  ]);
  assert.deepEqual([made.step.what, made.step.when, made.for_you], ["ES repair", "At night", "Descanse."]);
  assert.equal(beside(page, other, true).strengths[3].text, "He laughed.");
});
