/* What is to be known before the first tap? Everything has a sensible answer already: one press begins. */

import { choice, tick } from "./choice.js";
import { askFirst, consentTick } from "./consent.js";
import { button, element } from "./element.js";
import { textField } from "./field.js";
import { gone } from "./gone.js";
import { schemes, usualScheme } from "./schemes.js";
import { videoField } from "./video_file.js";
import { planned } from "./visits.js";
import { t } from "./words.js";

export function start(app) {
  const family = app.family(app.place.family);
  if (!family) return gone(app);
  const chosen = defaults(app, family);
  const back = () => app.go("activities", { family: family.id });
  const set = (name) => (value) => (chosen[name] = value);
  const consent = consentTick(family, set("givenNow"));
  const names = family.children.map((child) => child.first_name).join(", ");
  return element(
    "section",
    { class: "sheet start" },
    element("p", {}, button(t("Back"), back, { class: "button button--quiet" })),
    element("h1", { tabindex: "-1" }, t("Watching together with {names}", { names })),
    family.goal ? element("p", { class: "message" }, t("Their goal: {goal}", { goal: family.goal })) : null,
    consent,
    family.children.length > 1 ? choice(
      t("Which child do you watch?"),
      people(family.children),
      chosen.child,
      set("child"),
    ) : null,
    choice(t("Who is with the child?"), people(family.caregivers), chosen.caregiver, set("caregiver")),
    choice(t("What are they doing?"), contexts(), chosen.context, set("context")),
    choice(t("How is the child today?"), states(), chosen.state, set("state")),
    choice(t("How long?"), [5, 10, 15, 20].map((n) => [n, t("{n} minutes", { n })]), chosen.minutes, set("minutes")),
    element(
      "details",
      { class: "more" },
      element("summary", {}, t("More choices")),
      textField(t("Who else is there?"), "", set("present"), { single: true, name: "present" }),
      choice(
        t("What do you look for?"),
        schemes(app),
        chosen.scheme,
        set("scheme"),
      ),
      fromVideo(family, chosen),
      choice(t("Which visit is this?"), visits(app, family), chosen.visit, set("visit")),
      tick(t("The child's buttons on the right (for left hands)"), app.leftHanded, (on) => app.setHand(on)),
    ),
    element(
      "div",
      { class: "actions" },
      button(
        t("Begin"),
        (event) => begin(app, family, chosen, consent, event),
        { class: "button button--large", "data-act": "begin" },
      ),
    ),
    element("p", { class: "quiet" }, t("A coaching instrument, not a validated measure.")),
  );
}

function defaults(app, family) {
  return {
    child: family.children[0]?.id,
    caregiver: family.caregivers[0]?.id,
    context: "free_play",
    state: "calm",
    minutes: 10,
    present: "",
    scheme: usualScheme(app),
    visit: app.visitOf(family),
    givenNow: false,
  };
}

/* Coding from a video of this device; a family that did not agree to being filmed has none. */
function fromVideo(family, chosen) {
  if (!family.consents.video) return element("p", { class: "quiet" }, t("The family has not agreed to being filmed."));
  return videoField(t("Code from a video on this device"), (file, video) => Object.assign(chosen, { file, video }));
}

const people = (list) => list.map((person) => [person.id, person.first_name]);

function visits(app, family) {
  const words = ({ date, time }) => (time ? t("{day} at {time}", { day: app.day(date), time }) : app.day(date));
  const known = planned(family).map((visit) => [visit.id, words(visit)]);
  const current = app.visitOf(family);
  const begun = current && !known.some(([id]) => id === current) ? [[current, t("The visit that has begun")]] : [];
  return [...begun, ...known, [null, t("Not planned before")]];
}

const contexts = () => [
  ["free_play", t("Free play")],
  ["meal", t("A meal")],
  ["care", t("Care, like changing or dressing")],
  ["book", t("Looking at a book")],
  ["other", t("Something else")],
];

const states = () => [
  ["calm", t("Calm")],
  ["sleepy", t("Sleepy")],
  ["hungry", t("Hungry")],
  ["fussy", t("Fussy")],
  ["unwell", t("Unwell")],
];

function begin(app, family, chosen, consent, event) {
  if (consent && !chosen.givenNow) return askFirst(consent);
  app.begin(family, chosen, event.timeStamp);
}
