/* Before the questions: who answers, in which language, on the tablet herself or read aloud, and who else is there. */

import { choice } from "./choice.js";
import { askFirst, consentTick } from "./consent.js";
import { button, element } from "./element.js";
import { textField } from "./field.js";
import { gone } from "./gone.js";
import { remarks } from "./asking.js";
import { fitsAge, languagesFor } from "./questions.js";
import { label, t } from "./words.js";

export function askStart(app) {
  const family = app.family(app.place.family);
  if (!family) return gone(app);
  const questionnaires = app.pulled.instruments.filter((one) => one.kind === "questionnaire");
  const chosen = {
    child: app.place.child ?? family.children[0]?.id,
    caregiver: family.caregivers[0]?.id,
    questionnaire: app.place.instrument ?? questionnaires[0]?.id,
    filled_in: "caregiver",
    language: null,
    present: "",
    givenNow: false,
  };
  const made = element("section", { class: "sheet" });
  const draw = () => made.replaceChildren(...page(app, family, questionnaires, chosen, draw).filter(Boolean));
  draw();
  return made;
}

function page(app, family, questionnaires, chosen, draw) {
  const child = family.children.find((one) => one.id === chosen.child);
  const instrument = questionnaires.find((one) => one.id === chosen.questionnaire);
  const change = (name) => (value) => {
    chosen[name] = value;
    if (name === "caregiver" || name === "questionnaire") chosen.language = null; // hers, as far as it is there
    draw();
    document.querySelector(`[data-choice=${name}] input:checked`)?.focus(); // it was drawn anew
  };
  const asked = (name, legend, options) =>
    choice(legend, options, chosen[name], change(name), { class: "choice", "data-choice": name });
  const title = (one) => label(one.document.label, app.language, one.id);
  const back = () => app.go("activities", { family: family.id });
  const several = (list, make) => (list.length > 1 ? make() : null);
  return [
    element("p", {}, button(t("Back"), back, { class: "button button--quiet" })),
    element("h1", { tabindex: "-1" }, instrument ? title(instrument) : t("Ask the questions")),
    several(questionnaires, () =>
      asked("questionnaire", t("Which questions?"), questionnaires.map((one) => [one.id, title(one)])),
    ),
    several(family.children, () => asked("child", t("About which child?"), people(family.children))),
    ...(refusal(app, instrument, child) ?? asking(app, family, instrument, child, chosen, asked)),
  ];
}

/* Why these questions cannot be asked about this child, as what stands on the screen; null when they can. */
function refusal(app, instrument, child) {
  if (!instrument) return [element("p", { class: "message" }, t("There is no questionnaire."))];
  if (fitsAge(instrument.document, child?.age_months ?? null)) return null;
  const [from, to] = instrument.document.age_months;
  const values = { from: from ?? 0, to, now: child.age_months };
  const words = to == null
    ? t("These questions are for children from {from} months on. This child is {now} months old.", values)
    : t("These questions are for children of {from} to {to} months. This child is {now} months old.", values);
  return [element("p", { class: "message" }, words)];
}

function asking(app, family, instrument, child, chosen, asked) {
  const caregiver = family.caregivers.find((one) => one.id === chosen.caregiver);
  const languages = languagesFor(instrument.document, caregiver?.language ?? app.language);
  chosen.language ??= languages[0];
  const names = new Intl.DisplayNames(app.language, { type: "language" });
  const consent = consentTick(family, (on) => (chosen.givenNow = on));
  const begin = (event) => {
    if (consent && !chosen.givenNow) return askFirst(consent);
    const { filled_in, language } = chosen;
    const agreed = { observe: true, given_now: chosen.givenNow };
    const opening = { kind: "questionnaire", filled_in, language, present: chosen.present.trim(), consent: agreed };
    app.beginLog(family, { child: child?.id, caregiver: chosen.caregiver }, opening, instrument, event.timeStamp);
  };
  return [
    consent,
    asked("caregiver", t("Who answers?"), people(family.caregivers)),
    asked("language", t("In which language?"), languages.map((language) => [language, names.of(language)])),
    asked("filled_in", t("How?"), [
      ["caregiver", t("Fill it in on the tablet")],
      ["read_aloud", t("I read the questions aloud")],
    ]),
    element(
      "p",
      { class: "quiet" },
      chosen.filled_in === "caregiver"
        ? t("You set a PIN, then you hand over the tablet. It shows the questions and nothing else.")
        : t("You read each question aloud and tap the answer."),
    ),
    textField(t("Who else is there?"), chosen.present, (words) => (chosen.present = words), {
      single: true,
      name: "present",
    }),
    element(
      "div",
      { class: "actions" },
      button(t("Begin"), begin, { class: "button button--large", "data-act": "begin" }),
    ),
    remarks(instrument.document, app.language),
  ];
}

const people = (list) => list.map((person) => [person.id, person.first_name]);
