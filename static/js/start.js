/* What is to be known before the first tap? Everything has a sensible answer already: one press begins. */

import { choice, tick } from "./choice.js";
import { button, element } from "./element.js";
import { remark, textField } from "./field.js";
import { label, t } from "./words.js";

const NEAR_DAYS = 7;

export function start(app) {
  const family = app.family(app.place.family);
  if (!family) return gone(app);
  const chosen = defaults(app, family);
  const schemes = app.pulled.instruments.filter((one) => one.kind === "scheme");
  const set = (name) => (value) => (chosen[name] = value);
  const consent = family.consents.observe ? null : consentTick(family, set("givenNow"));
  const names = family.children.map((child) => child.first_name).join(", ");
  return element(
    "section",
    { class: "sheet start" },
    element("p", {}, button(t("Back to the families"), () => app.go("families"), { class: "button button--quiet" })),
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
        schemes.map((one) => [one.id, label(one.document.label, app.language, one.id)]),
        chosen.scheme,
        set("scheme"),
      ),
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

function gone(app) {
  return element(
    "section",
    { class: "sheet" },
    element("h1", { tabindex: "-1" }, t("This family is not on your list any more.")),
    button(t("Back to the families"), () => app.go("families")),
  );
}

function defaults(app, family) {
  const planned = family.visits.filter((visit) => visit.status === "planned" && daysFrom(app, visit) <= NEAR_DAYS);
  planned.sort((one, other) => daysFrom(app, one) - daysFrom(app, other));
  const scheme = app.pulled.instruments.find(
    (one) => one.kind === "scheme" && one.document.name === "serve-and-return",
  );
  return {
    child: family.children[0]?.id,
    caregiver: family.caregivers[0]?.id,
    context: "free_play",
    state: "calm",
    minutes: 10,
    present: "",
    scheme: (scheme ?? app.pulled.instruments.find((one) => one.kind === "scheme")).id,
    visit: planned[0]?.id ?? null,
    givenNow: false,
  };
}

const daysFrom = (app, visit) => Math.abs(Date.parse(visit.date) - Date.parse(app.today())) / 86_400_000;
const people = (list) => list.map((person) => [person.id, person.first_name]);

function visits(app, family) {
  const planned = family.visits.filter((visit) => visit.status === "planned");
  const words = ({ date, time }) => (time ? t("{day} at {time}", { day: app.day(date), time }) : app.day(date));
  return [...planned.map((visit) => [visit.id, words(visit)]), [null, t("Not planned before")]];
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

function consentTick(family, act) {
  const made = element(
    "div",
    { class: "field consent" },
    element("p", {}, t("There is no agreement to observe yet. Without it nothing is recorded.")),
    tick(t("The family agrees, here and now, that I watch and take notes."), false, (on) => {
      act(on);
      if (on) remark(made, []);
    }),
    element("div", { class: "field__notes" }),
  );
  return made;
}

function begin(app, family, chosen, consent, event) {
  if (consent && !chosen.givenNow) {
    remark(consent, [{ stops: true, message: t("Please ask the family first.") }]);
    consent.scrollIntoView({ block: "center" });
    return;
  }
  app.begin(family, chosen, event.timeStamp);
}
