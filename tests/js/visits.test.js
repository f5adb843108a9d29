import assert from "node:assert/strict";
import { test } from "node:test";

import { visitOf } from "../../static/js/visits.js";

const TODAY = "2026-03-02";
const dayOf = (started) => new Date(started).toISOString().slice(0, 10);
const at = (day, hour = 10) => Date.parse(`${day}T${hour}:00:00Z`);
const visit = (id, date, status = "planned") => ({ id, date, status });
const family = (...visits) => ({ id: "f1", visits });

test("a log of today gives its visit to the next one, done or not; the newest counts", () => {
  const rows = [
    { family: "f1", visit: "first", started: at(TODAY, 10), done: true },
    { family: "f2", visit: "strange", started: at(TODAY, 11) },
    { family: "f1", visit: "second", started: at(TODAY, 12) },
    { family: "f2", visit: "strange", started: at(TODAY, 13) },
  ];
  assert.equal(visitOf(family(visit("planned", TODAY)), rows, TODAY, dayOf), "second");
});

test("yesterday's log is another visit: then the nearest planned one of the week counts", () => {
  const rows = [{ family: "f1", visit: "old", started: at("2026-03-01") }];
  const home = family(visit("far", "2026-02-24"), visit("near", "2026-03-04"), visit("off", TODAY, "cancelled"));
  assert.equal(visitOf(home, rows, TODAY, dayOf), "near");
});

test("nothing begun and nothing near is no visit", () => {
  assert.equal(visitOf(family(visit("far", "2026-03-10")), [], TODAY, dayOf), null);
});
