import assert from "node:assert/strict";
import { test } from "node:test";

import * as tape from "../../static/js/tape.js";

const OPENING = { kind: "observation", children: ["mia"], caregivers: ["luis"], planned_ms: 600000 };
const SCHEME = {
  cues: [{ code: "VOC" }, { code: "AWAY", in_rate: false }],
  responses: [{ code: "TALK" }, { code: "TAKE", takes_over: true }, { code: "HARSH", harsh: true }],
};

/* A tape from verbs: [verb, t, ...arguments]. */
function written(...acts) {
  const events = [JSON.parse(tape.open(OPENING))];
  for (const [verb, t, ...rest] of acts) events.push(JSON.parse(tape[verb](events, t, ...rest)));
  return events;
}

const struck = (events) => tape.project(events).steps.filter((step) => step.struck).map((step) => step.seq);

test("an event is one exact string, with a place and a time that never goes back", () => {
  const events = written(["tap", 1200.4, "VOC"]);
  assert.equal(
    tape.tap(events, 900, "TALK", { by: "rosa" }),
    '{"seq":3,"t":1200,"kind":"tap","code":"TALK","data":{"by":"rosa"}}',
  );
  assert.equal(tape.end(events, 5000), '{"seq":3,"t":5000,"kind":"end"}');
});

test("every seq from 1 on is there once", () => {
  const events = written(["tap", 1, "VOC"], ["pause", 2, true], ["pause", 3, false], ["strike", 40000], ["end", 50000]);
  assert.deepEqual(events.map((event) => event.seq), [1, 2, 3, 4, 5, 6]);
});

test("undo strikes a step through, redo brings it back, and all of it stays", () => {
  const events = written(["tap", 1000, "VOC"], ["tap", 2000, "TALK"], ["undo", 3000, 2]);
  assert.deepEqual(struck(events), [2]);
  events.push(JSON.parse(tape.toggle(events, 4000, 2)));
  assert.deepEqual(events.at(-1).data, { seq: 4 });
  assert.deepEqual(struck(events), []);
  events.push(JSON.parse(tape.toggle(events, 5000, 2)));
  assert.deepEqual(events.at(-1).data, { seq: 2 });
  assert.deepEqual(struck(events), [2]);
  assert.equal(events.length, 6);
});

test("striking the last 30 s takes its taps and counts as out of view", () => {
  const events = written(["tap", 10000, "VOC"], ["tap", 25000, "VOC"], ["strike", 50000], ["end", 60000]);
  assert.deepEqual(struck(events), [3]);
  assert.equal(tape.project(events).observed, 30000);
  events.push(JSON.parse(tape.toggle(events, 61000, 3)));
  assert.deepEqual(struck(events), [4]); // the striking is what was undone
  assert.equal(tape.project(events).observed, 60000);
});

test("striking early reaches back to the start only", () => {
  assert.deepEqual(JSON.parse(tape.strike(written(), 8000)).data, { from: 0, to: 8000 });
});

test("pauses and out of view are taken off what was observed, overlaps once", () => {
  const events = written(
    ["pause", 10000, true],
    ["view", 12000, true],
    ["pause", 20000, false],
    ["view", 22000, false],
    ["end", 60000],
  );
  const { spent, observed, length } = tape.project(events);
  assert.deepEqual([length, spent, observed], [60000, 50000, 48000]);
});

test("what is still on at the end is closed at the end", () => {
  const events = written(["view", 40000, true], ["end", 60000]);
  assert.equal(tape.project(events).observed, 40000);
});

test("undoing a pause lets the clock have run", () => {
  const events = written(["pause", 10000, true], ["undo", 20000, 2]);
  const { paused, spent } = tape.project(events, 30000);
  assert.deepEqual([paused, spent], [false, 30000]);
});

test("before the end, now is the length", () => {
  assert.equal(tape.project(written(["tap", 1000, "VOC"]), 7000).length, 7000);
});

test("the last answer counts: ratings, notes, reviews", () => {
  const events = written(
    ["tap", 1000, "HARSH"],
    ["end", 60000],
    ["review", 61000, 2, "confirmed", "a shout"],
    ["review", 62000, 2, "mistake", ""],
    ["note", 63000, "NOTICED", "first"],
    ["note", 64000, "NOTICED", "she looked"],
    ["rate", 65000, "sensitivity/1", "joining", 5, ""],
    ["rate", 66000, "sensitivity/1", "joining", "NOB", ""],
    ["rate", 67000, "our-own/2", "joining", 3, "of another set"],
  );
  const picture = tape.project(events);
  assert.deepEqual(struck(events), [2]);
  assert.equal(picture.notes.get("NOTICED"), "she looked");
  assert.equal(picture.ratings.get(tape.ratingKey("sensitivity/1", "joining")).value, "NOB");
  assert.equal(picture.ratings.get(tape.ratingKey("our-own/2", "joining")).value, 3);
});

test("the end review asks about rough moments, breaks and questions, by what the scheme says", () => {
  const events = written(
    ["tap", 1000, "VOC"],
    ["tap", 2000, "TAKE"],
    ["tap", 3000, "HARSH"],
    ["tap", 4000, "AWAY"],
    ["keep", 5000, "own", "", 5000],
    ["ask", 6000, "why?", 5500],
    ["undo", 7000, 3],
    ["end", 60000],
    ["review", 61000, 4, "mistake", ""],
  );
  assert.deepEqual(
    tape.toReview(events, SCHEME).map((step) => [step.seq, step.about]),
    [[4, "rough"], [5, "break"], [7, "ask"]],
  );
});

test("a flag knows its moment, which is never after the flag itself", () => {
  const events = written(["keep", 9000, "glad", "she came", 4000.2], ["ask", 9500, "why?", 12000]);
  assert.deepEqual(events[1].data, { kind: "glad", note: "she came", at: 4000 });
  assert.deepEqual([events[2].t, events[2].data.at], [9500, 9500]);
});

test("an abort keeps its reason, a close its signature", () => {
  const picture = tape.project(written(["abort", 1000, "family_withdrew", "tired"], ["close", 2000]));
  assert.deepEqual(picture.aborted, { reason: "family_withdrew", note: "tired" });
  assert.ok(picture.closed && !picture.ended);
});

test("the same button within 250 ms is one tap", () => {
  assert.ok(tape.isDoubleTap(1000, 1249));
  assert.ok(!tape.isDoubleTap(1000, 1250));
  assert.ok(!tape.isDoubleTap(undefined, 5));
});

test("undo takes a card back to where it was before; the last answer counts", () => {
  const events = written(
    ["group", 10, "c1", "more"],
    ["place", 20, "c1", 9],
    ["place", 30, "c1", 8],
    ["answer", 40, "f1", 2],
    ["answer", 50, "f1", "NA"],
    ["undo", 60, 4],
  );
  const picture = tape.project(events);
  assert.deepEqual(picture.moves.map((move) => [move.code, move.data]), [
    ["c1", { group: "more" }],
    ["c1", { pile: 9 }],
  ]);
  assert.deepEqual(picture.answers, new Map([["f1", "NA"]]));
});

test("what was unseen is told in stretches, and never goes on after the end", () => {
  const events = written(["pause", 10000, true], ["pause", 15000, false], ["strike", 60000], ["end", 60000]);
  const later = [...events, JSON.parse(tape.strike(events, 70000))];
  assert.deepEqual(tape.project(events).unseen, [[10000, 15000], [30000, 60000]]);
  assert.deepEqual(tape.project(later).unseen, [[10000, 15000], [30000, 60000]]);
  assert.equal(tape.project(later).observed, 25000);
});

test("whether a step was tried is told for the page that gave it", () => {
  const events = written(["tried", 1000, "one", "no"], ["tried", 2000, "one", "yes"], ["tried", 3000, "two", "some"]);
  assert.deepEqual(tape.project(events).tried, new Map([["one", "yes"], ["two", "some"]]));
});

test("of a video the time may run backwards, and what was played twice is seen once", () => {
  const events = [];
  const add = (string) => events.push(JSON.parse(string));
  add(tape.open({ clock: "video", video: { name: "a.webm", length_ms: 100_000, hash: "0" } }));
  add(tape.pause(events, 10_000, false));
  add(tape.tap(events, 40_000, "VOC"));
  add(tape.pause(events, 50_000, true));
  add(tape.pause(events, 30_000, false));
  add(tape.tap(events, 32_000, "CRY"));
  add(tape.pause(events, 60_000, true));
  add(tape.keep(events, 20_000, "glad", "", 55_000));
  assert.deepEqual(events.map((event) => event.t), [0, 10_000, 40_000, 50_000, 30_000, 32_000, 60_000, 55_000]);
  const picture = tape.project(events, 0);
  assert.deepEqual(picture.unseen, [[0, 10_000], [60_000, 100_000]]);
  assert.equal(picture.observed, 50_000);
  add(tape.end(events, 100_000));
  assert.equal(tape.project(events).length, 100_000);
});
