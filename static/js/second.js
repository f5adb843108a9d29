/* Coding beside somebody: a visit that was opened to her as the second observer, and pieces to practise on.

   Both are observations like any other, without the family's page. She sees nothing of what the first observer taps,
   and nothing of the coding that a practice is compared with: neither is on this tablet. */

import { choice } from "./choice.js";
import { askFirst, consentTick } from "./consent.js";
import { button, element } from "./element.js";
import { schemes, usualScheme } from "./schemes.js";
import { videoField } from "./video_file.js";
import { label, t } from "./words.js";

const USUAL_MINUTES = 10;

/* What stands on the caseload besides her own families; null where there is nothing. */
export function together(app) {
  const { grants = [], practice = [] } = app.pulled ?? {};
  const open = grants.filter(({ visit }) => !app.begun.some((row) => isSecond(row) && row.visit === visit.id));
  return [
    open.length > 0 && [
      element("h2", {}, t("Code together")),
      element("ul", { class: "cards" }, open.map((grant) => grantCard(app, grant))),
    ],
    practice.length > 0 && [
      element("h2", {}, t("Practice")),
      element("ul", { class: "cards" }, practice.map((piece) => pieceCard(app, piece))),
    ],
  ];
}

const isSecond = (row) => row.role === "second";

function grantCard(app, { grant, family, visit }) {
  const names = firstNames(family.children);
  const day = app.day(visit.date);
  const when = visit.time ? t("{day} at {time}", { day, time: visit.time }) : day;
  return element(
    "li",
    { class: "card family" },
    element("h3", {}, names),
    element("p", { class: "quiet" }, when),
    button(t("Code this visit too"), () => app.go("second_start", { grant }), {
      "aria-label": t("Code the visit with {names} too", { names }),
      "data-grant": grant,
    }),
  );
}

function pieceCard(app, piece) {
  return element(
    "li",
    { class: "card family" },
    element("h3", {}, piece.title),
    button(t("Practise"), () => app.go("practice_start", { practice: piece.id }), {
      "aria-label": t("Practise: {title}", { title: piece.title }),
      "data-practice": piece.id,
    }),
  );
}

const firstNames = (people) => people.map((person) => person.first_name).join(", ");

/* Before the first tap of a second coding: what the first observer settles too, and that both code for themselves. */
export function secondStart(app) {
  const granted = app.pulled?.grants?.find((one) => one.grant === app.place.grant);
  if (!granted) return closed(app, t("This visit is not open to you any more."));
  const { family, visit } = granted;
  const chosen = {
    child: family.children[0]?.id,
    caregiver: family.caregivers[0]?.id,
    visit: visit.id,
    context: "free_play",
    minutes: USUAL_MINUTES,
    scheme: usualScheme(app),
    givenNow: false,
  };
  const set = (name) => (value) => (chosen[name] = value);
  const consent = consentTick(family, set("givenNow"));
  const people = (list) => list.map((person) => [person.id, person.first_name]);
  const several = family.children.length > 1;
  return frame(
    app,
    t("Coding together with {names}", { names: firstNames(family.children) }),
    element(
      "p",
      { class: "message" },
      t("You code for yourself, and so does the first observer. One of you says \"now\" aloud, and both tap Now."),
    ),
    consent,
    several ? choice(t("Which child do you watch?"), people(family.children), chosen.child, set("child")) : null,
    choice(t("Who is with the child?"), people(family.caregivers), chosen.caregiver, set("caregiver")),
    minutesChoice(chosen),
    element(
      "details",
      { class: "more" },
      element("summary", {}, t("More choices")),
      element("p", { class: "quiet" }, t("Look for the same as the first observer: otherwise it cannot be compared.")),
      choice(t("What do you look for?"), schemes(app), chosen.scheme, set("scheme")),
      family.consents.video && ofVideo(chosen),
    ),
    begins((event) => {
      if (consent && !chosen.givenNow) return askFirst(consent);
      const more = { role: "second", context: chosen.context, consent: { observe: true, given_now: chosen.givenNow } };
      return app.beginLog(family, chosen, opening(app, chosen, more), app.instrument(chosen.scheme), event.timeStamp);
    }),
  );
}

/* Before the first tap of a practice: what to play, and when to say "now". */
export function practiceStart(app) {
  const piece = app.pulled?.practice?.find((one) => one.id === app.place.practice);
  const instrument = app.pulled?.instruments.find((one) => one.hash === piece?.hash);
  if (!piece) return closed(app, t("This piece is not offered any more."));
  if (!instrument) return closed(app, t("The coding scheme of this piece is not on this tablet yet."));
  const chosen = { minutes: USUAL_MINUTES };
  return frame(
    app,
    t("Practice: {title}", { title: piece.title }),
    element("p", { class: "message words" }, piece.instructions),
    element("p", {}, t("Tap Now at the agreed moment. Nothing of a practice is about a family.")),
    element("p", { class: "quiet" }, label(instrument.document.label, app.language, instrument.id)),
    minutesChoice(chosen),
    ofVideo(chosen),
    begins((event) => {
      const more = { role: "practice", context: "other", practice: piece.id };
      return app.beginLog(null, {}, opening(app, chosen, more), instrument, event.timeStamp);
    }),
  );
}

const opening = (app, chosen, more) => ({ kind: "observation", ...app.watching(chosen), ...more });

/* The video that both code, on this device: its clock lays the two on each other. */
const ofVideo = (chosen) =>
  videoField(t("Code from a video on this device"), (file, video) => Object.assign(chosen, { file, video }));

const minutesChoice = (chosen) =>
  choice(
    t("How long?"),
    [5, 10, 15, 20].map((n) => [n, t("{n} minutes", { n })]),
    chosen.minutes,
    (minutes) => (chosen.minutes = minutes),
  );

const begins = (act) =>
  element(
    "div",
    { class: "actions" },
    button(t("Begin"), act, { class: "button button--large", "data-act": "begin" }),
  );

function frame(app, title, ...content) {
  return element(
    "section",
    { class: "sheet start" },
    element("p", {}, button(t("Back"), () => app.go("families"), { class: "button button--quiet" })),
    element("h1", { tabindex: "-1" }, title),
    content,
    element("p", { class: "quiet" }, t("A coaching instrument, not a validated measure.")),
  );
}

function closed(app, words) {
  return element(
    "section",
    { class: "sheet" },
    element("h1", { tabindex: "-1" }, words),
    button(t("Back to the families"), () => app.go("families")),
  );
}

/* Whether two code this moment: then the tap on a spoken "now" lays their clocks on each other. */
export function isCodedByTwo(app, { role, family, visit }) {
  return role !== "primary" || (app.family(family)?.visits ?? []).some((one) => one.id === visit && one.double_coded);
}
