/* The tablet proposes what the server's own code proposes: word for word, number for number. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { check, InvalidObservation, propose } from "../../static/js/propose.js";
import { newcombe, wilson } from "../../static/js/propose/intervals.js";
import { median } from "../../static/js/propose/latency.js";
import { link } from "../../static/js/propose/linking.js";
import { observationOf } from "../../static/js/propose/observation.js";
import { LETTERS, eventsOf, file, givenBy, schemes, wordings } from "./proposals.js";

/* A proposal with its lines in their places. */
const whole = (proposal) =>
  Object.fromEntries(
    Object.entries(proposal).map(([key, value]) => {
      if (["language", "minutes", "cues"].includes(key) || value === null) return [key, value];
      return [key, Array.isArray(value) ? value.map((place) => file.lines[place]) : file.lines[value]];
    }),
  );

test("a thousand logs are proposed word for word as the server proposes them", () => {
  let refused = 0;
  file.cases.forEach((one, number) => {
    if (one.refused) {
      refused += 1;
      assert.throws(() => propose(givenBy(one)), (error) =>
        error instanceof InvalidObservation && error.message === one.refused, `log ${number}`);
      return;
    }
    const made = propose(givenBy(one));
    for (const [key, value] of Object.entries(whole(one.proposal))) assert.deepEqual(made[key], value, `log ${number}: ${key}`);
    assert.deepEqual(Object.keys(made).sort(), Object.keys(one.proposal).sort(), `log ${number}`);
  });
  assert.ok(file.cases.length === 1000 && refused > 5 && refused < 100);
});

test("cues are linked with the same responses, to the millisecond", () => {
  const withPairs = file.cases.filter((one) => one.pairs);
  for (const [number, one] of withPairs.entries()) {
    const { pairs } = link(observationOf(eventsOf(one), schemes[one.scheme]), one.child);
    const made = pairs.map((pair) => [
      pair.t, pair.codes, pair.status, pair.observed, pair.responseAt, pair.response, pair.fit,
      pair.followUps.map((tap) => [tap.t, tap.code]),
    ]);
    assert.deepEqual(made, one.pairs, `log with pairs ${number}`);
  }
  assert.ok(withPairs.length > 90);
});

test("intervals and medians are the same numbers to the last bit", () => {
  for (const [k, n, ...bounds] of file.wilson) assert.deepEqual(wilson(k, n) ?? [], bounds, `${k} of ${n}`);
  for (const [k1, n1, k2, n2, ...bounds] of file.newcombe) {
    assert.deepEqual(newcombe(k1, n1, k2, n2) ?? [], bounds, `${k1} of ${n1}, ${k2} of ${n2}`);
  }
  for (const [times, answered, value] of file.median) assert.equal(median(times, answered), value, `${times} ${answered}`);
});

test("the same words are blocked, hurt, are hard or cannot be printed", () => {
  for (const [number, { language, texts, names, findings }] of file.checks.entries()) {
    const wording = { ...wordings[language], letters: LETTERS };
    const made = check(texts, language, wording, names);
    for (const field of Object.keys(made)) {
      // their letters are another font's, which the server asks
      if (["ar", "zh"].includes(language)) made[field] = made[field].filter((one) => one.level !== "glyph");
    }
    assert.deepEqual(made, findings, `text ${number}: ${Object.values(texts)}`);
  }
  assert.ok(file.checks.length >= 400);
});

test("a sentence that says why is one of the server's own, so that it is translated", () => {
  const python = readFileSync(new URL("../../recorder/feedback/why.py", import.meta.url), "utf8");
  const own = readFileSync(new URL("../../static/js/propose/why.js", import.meta.url), "utf8");
  const sentences = own.match(/"[^"\n]+[.]"/g).filter((sentence) => sentence.includes(" "));
  assert.ok(sentences.length >= 25);
  for (const sentence of sentences) assert.ok(python.includes(sentence), sentence);
});
