import assert from "node:assert/strict";
import { test } from "node:test";

import { begun, newest } from "../../static/js/rating_sets.js";

const set = (name, version = 1, kind = "scale") => ({ id: `${name}/${version}`, kind, document: { name, version } });
const offer = (instrument, state, child = null, kind = "scale") => ({ instrument, kind, state, child });

test("each scale set is rated in its newest version, and only scale sets are", () => {
  const known = [set("warm-presence"), set("own", 2), set("own", 1), set("serve-and-return", 1, "scheme")];
  assert.deepEqual(newest(known).map((one) => one.id), ["warm-presence/1", "own/2"]);
});

test("sensitivity comes first, then what is due; what is due later is not there", () => {
  const sets = newest([set("warm-presence"), set("own", 2), set("sensitivity"), set("calm")]);
  const offered = [
    offer("warm-presence/1", "overdue", "mia"),
    offer("own/2", "later"),
    offer("calm/1", "due", null, "qset"),
    offer("gone/1", "due"),
  ];
  assert.deepEqual(begun(sets, offered, "mia"), ["sensitivity/1", "warm-presence/1"]);
  assert.deepEqual(begun(sets, offered, "noa"), ["sensitivity/1"]);
  assert.deepEqual(begun(sets, [], "mia"), ["sensitivity/1"]);
});
