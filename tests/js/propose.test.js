/* What must be true of every proposal, whatever was tapped. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { check, propose } from "../../static/js/propose.js";
import { LETTERS, file, givenBy, wordings } from "./proposals.js";

const standing = file.cases.filter((one) => one.proposal);
const every = (n) => standing.filter((_, place) => place % n === 0);

function frozen(value) {
  if (value && typeof value === "object") Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

/* The same log with events put in after place `at`, all times and seqs in order. */
function withEvents(given, at, ...more) {
  const moved = given.events.map((event, place) => ({ ...event, place }));
  const seqOf = (seq) => (seq > at ? seq + more.length : seq);
  const events = [
    ...moved.slice(0, at),
    ...more.map((event, n) => ({ t: moved[at - 1].t, ...event, seq: at + n + 1 })),
    ...moved.slice(at).map((event) => ({ ...event, seq: event.seq + more.length })),
  ];
  const renamed = events.map((event) =>
    event.data?.seq && event.place !== undefined ? { ...event, data: { ...event.data, seq: seqOf(event.data.seq) } } : event,
  );
  return { ...given, events: renamed };
}

const WORKED = [
  [12, "VOC"], [14, "TALK"], [30, "LOOK"], [33, "JOY"], [55, "REACH"], [56, "FOLLOW"], [80, "CRY"], [84, "COMF"],
  [95, "TALK"], [110, "VOC"], [140, "PLAY"], [143, "FOLLOW"], [165, "LOOK"], [171, "TALK"], [200, "AWAY"], [202, "TAKE"],
  [230, "REACH"], [232.5, "TALK"], [250, "TOUCH"], [270, "VOC"], [273, "TALK"],
];

/* The worked case of the page, as Ana taps it; `more` is what stands in place of what is usual. */
function worked(more = {}) {
  const opening = { kind: "observation", context: "meal", hash: "h", children: ["mia"], caregivers: ["luis"] };
  const taps = WORKED.map(([second, code]) => [second * 1000, "tap", code]);
  const family = {
    goal: "More calm at bedtime",
    goal_type: "CRY",
    children: [{ id: "mia", first_name: "Mia", age_months: 11 }],
    last_step: null,
    ...more.family,
  };
  return propose({
    ...givenBy({ scheme: 0, events: [[0, "open", null, opening], ...taps, [300_000, "end"], ...(more.events ?? [])] }),
    language: "en",
    wording: wordings[more.language ?? "en"],
    child: "mia",
    family,
    visitor: { name: "Ana", language: "en" },
    contacts: [],
    ticks: [],
    ownSteps: more.ownSteps ?? [],
  });
}

test("the worked case is proposed with why", () => {
  const { strengths, step, shown, more_steps: more, minutes, cues, child } = worked();
  assert.deepEqual(strengths.map((line) => line.key), ["S1", "S2", "S4"]);
  assert.ok(strengths[0].text.startsWith("About 1 minute in, Mia cried."));
  assert.ok([...strengths, step, shown].every((line) => line.why));
  assert.ok(step.key === "deepen_comfort" && step.care);
  // the family's goal brings "time together" in beside the three of the worked case
  assert.deepEqual(more.map((one) => one.key), ["repair", "naming_feelings", "time_together", "give_space"]);
  assert.deepEqual([minutes, cues, child.name], [5, 9, "Mia"]);
});

test("a step that was done is celebrated and not asked for again; it has to be this child's", () => {
  const step = { sheet: "page", child: "mia", step: "deepen_comfort", text: "Come close." };
  const tried = [[301_000, "tried", null, { sheet: "page", answer: "yes" }]];
  const done = worked({ family: { last_step: step }, events: tried });
  assert.equal(done.step.key, "deepen_voc");
  assert.ok(done.more_steps.some((one) => one.key === "celebrate"));
  for (const other of [{ ...step, child: "noor" }, { ...step, sheet: "another" }, null]) {
    assert.equal(worked({ family: { last_step: other }, events: tried }).step.key, "deepen_comfort");
  }
});

test("a step that there was little chance for is offered once more, last and once", () => {
  const keys = (step, answer) =>
    worked({ family: { last_step: { sheet: "page", child: "mia", type: null, ...step } },
      events: [[301_000, "tried", null, { sheet: "page", answer }]] }).more_steps.map((one) => one.key);
  assert.equal(keys({ step: "consistency" }, "no").at(-1), "consistency");
  assert.equal(keys({ step: "consistency" }, "some").at(-1), "consistency");
  assert.ok(!keys({ step: "consistency" }, "yes").includes("consistency"));
  assert.equal(keys({ step: "repair" }, "no").filter((key) => key === "repair").length, 1);
  assert.ok(!keys({ step: "deepen_comfort" }, "no").includes("deepen_comfort"), "it is the step that is proposed");
});

test("a programme's own step comes by its trigger, in a language that it has words in", () => {
  const words = { when: "at lunch.", what: "{child} first.", say: "Yes.", helps: "It is calm." };
  const own = (more) => worked({ ownSteps: [{ key: "own_1", trigger: "tick", of: "", words: { en: words }, ...more }] });
  const asked = own({}).on_request.find((one) => one.key === "own_1");
  assert.equal(asked.what, "Mia first.");
  assert.ok(own({ trigger: "goal" }).more_steps.some((one) => one.key === "own_1"), "the family has a goal");
  assert.ok(!own({ trigger: "cue", of: "CRY" }).more_steps.some((one) => one.key === "own_1"));
  assert.ok(!own({ words: { es: words } }).on_request.some((one) => one.key === "own_1"));
});

test("a gain is on the last visit of this child and caregiver, in this context and scheme", () => {
  const before = { child: "mia", caregiver: "luis", context: "meal", scheme: "h", fitting: 2, codable: 20 };
  const gains = (visit) => {
    const { strengths, more_strengths: more } = worked({ family: { last_visits: [visit] } });
    return [...strengths, ...more].some((line) => line.key === "S9");
  };
  assert.ok(gains(before));
  for (const part of [{ child: "noor" }, { caregiver: "rosa" }, { context: "book" }, { scheme: "i" }]) {
    assert.ok(!gains({ ...before, ...part }));
  }
});

test("a proposal is made of its inputs alone, and leaves them as they were", () => {
  for (const one of every(10)) assert.deepEqual(propose(frozen(givenBy(one))), propose(givenBy(one)));
});

test("a tap that was taken back at once changes nothing", () => {
  for (const one of every(7)) {
    const given = givenBy(one);
    const at = 1 + (given.events.length >> 1);
    const tap = { kind: "tap", code: "HARSH" };
    const taken = withEvents(given, at, tap, { kind: "void", data: { seq: at + 1 } });
    assert.deepEqual(propose(taken), propose(given));
  }
});

test("at most three strengths, never two for one cue type, and a step that is not done already", () => {
  for (const one of standing) {
    const { strengths, step, more_steps: more } = propose(givenBy(one));
    const types = strengths.flatMap((line) => line.types);
    assert.ok(strengths.length <= 3);
    assert.equal(new Set(types).size, types.length);
    assert.ok(step.key && step.when && step.what && step.helps);
    assert.ok(!more.some((other) => other.key === step.key && other.type === step.type));
    const done = more.some((other) => other.key === "celebrate"); // then what was done is not asked for again
    if (done && step.key !== "time_together") assert.notEqual(step.key, one.family.last_step.step);
  }
});

test("after a rough moment nothing is counted", () => {
  const rough = standing.filter((one) =>
    propose(givenBy(one)).warnings.some((warning) => warning.startsWith("There was a rough moment")),
  );
  assert.ok(rough.length > 50);
  for (const one of rough) {
    const { strengths, more_strengths: more } = propose(givenBy(one));
    assert.ok(![...strengths, ...more].some((line) => ["S2", "S3", "S9"].includes(line.key)));
  }
});

test("themes that only a tick brings come with their tick only", () => {
  for (const one of every(5)) {
    const without = propose({ ...givenBy(one), ticks: [] });
    for (const key of ["i_sentences", "vulnerability", "own_support", "professional_help"]) {
      assert.ok(![without.step, ...without.more_steps].some((step) => step.key === key));
    }
  }
});

test("nothing that is proposed is a label, and a sentence that may be printed holds no open brace of its own", () => {
  for (const one of every(3)) {
    const children = one.family.children.map((child) => ({ ...child, first_name: "Mia" }));
    const { strengths, shown, step } = propose({ ...givenBy(one), family: { ...one.family, children } });
    const isHers = (line) => line.key === "S10" || line.key.startsWith("keep");
    const own = [...strengths, shown].filter((line) => line && !isHers(line));
    const texts = Object.fromEntries(own.map((line, place) => [`line.${place}`, line.text]));
    for (const part of ["when", "what", "say", "helps"]) texts[part] = step[part];
    const wording = { ...wordings[one.language], letters: LETTERS };
    const stops = Object.values(check(texts, one.language, wording)).flat().filter((found) => ["blocked", "hurts"].includes(found.level));
    assert.ok(!Object.values(texts).some((text) => text.includes("{")), JSON.stringify(texts));
    assert.deepEqual(stops, []);
  }
});

test("a code with the name of something that every object has is a code like any other", () => {
  const isFocal = (one) => one.child === one.events[0][3].children[0];
  const one = standing.find((other) => file.schemes[other.scheme].name === "own-codes" && isFocal(other));
  const events = [one.events[0], [1000, "tap", "constructor"], [2000, "tap", "TALK"], [300_000, "end"]];
  const made = propose(givenBy({ ...one, language: "en", events }));
  assert.equal(made.shown.text, `${made.child.name} has a way to call you.`);
});
