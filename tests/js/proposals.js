/* The logs of `tests/conformance.json` as the tablet gets them. */

import { readFileSync } from "node:fs";

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));

export const file = read("../conformance.json");
export const wordings = Object.fromEntries(
  ["en", "es", "fr", "vi", "ar", "zh"].map((language) => [language, read(`../../recorder/feedback/wording/${language}.json`)]),
);
export const schemes = file.schemes.map((one) => (one.built_in ? read(`../../recorder/instruments/${one.built_in}.json`) : one));
export const LETTERS = file.letters;

export const eventsOf = ({ events }) =>
  events.map(([t, kind, code, data], place) => ({
    seq: place + 1,
    t,
    kind,
    ...(code && { code }),
    ...(data && { data }),
  }));

/* What the tablet proposes with. */
export const givenBy = (one) => ({
  events: eventsOf(one),
  scheme: schemes[one.scheme],
  language: one.language,
  wording: wordings[one.language],
  child: one.child,
  family: one.family,
  visitor: one.visitor,
  contacts: one.contacts,
  ownSteps: one.own_steps,
  ticks: one.ticks,
});
