import assert from "node:assert/strict";
import { test } from "node:test";

import { telephone } from "../../static/js/safety_card.js";

test("the number to dial is the longest run of digits in what the programme wrote", () => {
  assert.equal(telephone("911"), "911");
  assert.equal(telephone("Child line, 24/7: 1-800 422-4453"), "18004224453");
  assert.equal(telephone("(900) 202010, day and night"), "900202010");
  assert.equal(telephone("+34 (900) 20.20.10 (7 days)"), "+34900202010");
});

test("a number whose end is not plain is not dialled", () => {
  for (const text of ["0800 111 24 h", "555 0100 or 555 0101 by day"]) assert.equal(telephone(text), "", text);
});

test("a text without a number dials nothing", () => {
  for (const text of ["", "Ask Sol", "room 12"]) assert.equal(telephone(text), "");
});
