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
    const stops = Object.values(check(texts, one.language, wording)).flat().filter((found) => found.level !== "hard");
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
