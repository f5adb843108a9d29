/* One question at a time: read aloud by the visitor, or answered by the caregiver while the tablet is handed over.

   Each answer is an event, stored at once; an answer can be changed and taken back, and nothing has to be answered.
   `question` of the draft is where one is: -1 the welcome, then the questions from 0 on, after the last one the end. */

import { button, element } from "./element.js";
import { returning, setPin } from "./hand_over.js";
import { isAnswered, notApplicable, open } from "./questions.js";
import * as tape from "./tape.js";
import { label, t } from "./words.js";

const WELCOME = -1;

export function asking(app) {
  if (app.handedOver) return app.log ? handedOver(app) : returning(app, null);
  return app.log.picture().opening.filled_in === "caregiver" ? setPin(app) : readAloud(app);
}

function handedOver(app) {
  const made = element("div", { class: "asking" });
  const toPin = () => made.replaceChildren(returning(app, () => draw()));
  const foot = () =>
    button(t("For the visitor"), toPin, { class: "button button--quiet", "data-act": "take-back" });
  const draw = turning(app, made, { foot, end: thanks });
  return made;
}

function readAloud(app) {
  const made = element("div", { class: "asking" });
  const later = () => app.go("activities", { family: app.log.picture().opening.family });
  const foot = () =>
    button(t("Go on later"), later, { class: "button button--quiet", "data-act": "later" });
  turning(app, made, { foot, beside: app.language });
  return made;
}

/* Show where one is, and turn the pages; returns what draws the page again. `frame` says what stands below each page,
   what comes after the last question (nothing: the review), and a language to show beside that of the questions. */
function turning(app, made, frame) {
  const document = app.scheme();
  const total = document.questions.length;
  const turn = (place) => {
    if (place >= total && !frame.end) return app.go("ask_review");
    app.draft.set("question", place);
    draw();
    window.scrollTo(0, 0);
    made.querySelector("h1").focus({ preventScroll: true });
  };
  const draw = () => {
    const place = app.draft.get("question", WELCOME);
    const page = place === WELCOME ? welcome : place < total ? questionPage : frame.end;
    made.replaceChildren(page(app, document, frame, turn, place));
  };
  draw();
  return draw;
}

function welcome(app, document, frame, turn) {
  const { language } = app.log.picture().opening;
  return element(
    "section",
    { class: "sheet asking__sheet" },
    element("h1", { tabindex: "-1", lang: language }, label(document.label, language, document.name)),
    paragraph(t("These are questions about your days together. There are no right or wrong answers.")),
    paragraph(t("You can leave out any question and change any answer.")),
    element(
      "div",
      { class: "actions" },
      button(t("Begin"), () => turn(0), { class: "button button--large", "data-act": "begin" }),
    ),
    element("div", { class: "asking__below" }, remarks(document, language), frame.foot()),
  );
}

function questionPage(app, document, frame, turn, place) {
  const { language } = app.log.picture().opening;
  const question = document.questions[place];
  const values = { n: place + 1, total: document.questions.length };
  const next = element("button", {
    type: "button",
    class: "button button--large",
    "data-act": "next",
    on: { click: () => turn(place + 1) },
  });
  const answers = answerButtons(app, document, question, language, () => say());
  const say = () => {
    const answered = answers.update();
    next.textContent = answered ? t("Next") : t("Leave this one out");
    next.classList.toggle("button--quiet", !answered);
  };
  say();
  return element(
    "section",
    { class: "sheet asking__sheet", "data-question": question.id },
    element("p", { class: "quiet", id: "progress" }, t("Question {n} of {total}", values)),
    element("h1", { tabindex: "-1", lang: language, id: "question" }, label(question.text, language, question.id)),
    frame.beside && frame.beside !== language
      ? element("p", { class: "quiet", lang: frame.beside }, label(question.text, frame.beside))
      : null,
    answers.made,
    element(
      "div",
      { class: "actions asking__turn" },
      button(t("Back"), () => turn(place - 1), { class: "button button--large button--quiet", "data-act": "back" }),
      next,
      answers.undo,
    ),
    element("div", { class: "asking__below" }, remarks(document, language), frame.foot()),
  );
}

/* The answers as large buttons; `update` shows the one that counts and tells whether there is one. */
function answerButtons(app, document, question, language, changed) {
  const { log } = app;
  const give = (value) => (event) => {
    if ((log.picture().answers.get(question.id) ?? null) === value) return;
    log.add(tape.answer, event.timeStamp, question.id, value);
    changed();
  };
  const one = (value, words, more = "") =>
    button(words, give(value), { class: `button asking__answer ${more}`, "data-value": String(value) });
  const { offered, first } = notApplicable(document, question, childsAge(app));
  const labels = [...document.answers].sort((a, b) => a.value - b.value);
  const buttons = labels.map(({ value, label: words }) => one(value, label(words, language, String(value))));
  const hint = first && element("small", {}, t("With a small child this is often so."));
  const none = offered ? one("NA", [t("Does not apply"), hint], "asking__answer--apart") : null;
  const undo = button(t("Take my answer back"), give(null), { class: "button button--quiet", "data-act": "unanswer" });
  const made = element(
    "div",
    { class: "asking__answers", role: "group", "aria-labelledby": "question" },
    first ? [none, buttons] : [buttons, none],
  );
  const update = () => {
    const { answers } = log.picture();
    for (const choice of [...buttons, none].filter(Boolean)) {
      choice.setAttribute("aria-pressed", String(choice.dataset.value === String(answers.get(question.id))));
    }
    undo.hidden = !isAnswered(answers, question.id);
    return !undo.hidden;
  };
  return { made, undo, update };
}

/* The child's age in whole months, as far as the tablet knows it. */
function childsAge(app) {
  const { family, children } = app.log.picture().opening;
  return app.family(family)?.children.find((child) => child.id === children[0])?.age_months ?? null;
}

/* What must stand beside the instrument wherever it is shown. */
export function remarks(document, language) {
  const own = document.remark && label(document.remark, language);
  const words = own || (document.validated ? "" : t("A coaching instrument, not a validated measure."));
  return words ? element("p", { class: "quiet asking__remark" }, words) : null;
}

const paragraph = (words) => element("p", { class: "asking__words" }, words);

function thanks(app, document, frame, turn) {
  const { answers, opening } = app.log.picture();
  const { language } = opening;
  const left = open(document, answers);
  const total = document.questions.length;
  return element(
    "section",
    { class: "sheet asking__sheet asking__thanks" },
    element("h1", { tabindex: "-1" }, t("Thank you!")),
    paragraph(t("Please give the tablet back to your visitor now.")),
    left.length > 0 ? element("p", {}, t("Left out: {n} of {total} questions.", { n: left.length, total })) : null,
    element(
      "div",
      { class: "actions" },
      button(t("Back"), () => turn(total - 1), { class: "button button--quiet", "data-act": "back" }),
      left.length > 0
        ? button(t("Look at them again"), () => turn(left[0]), { class: "button button--quiet", "data-act": "again" })
        : null,
    ),
    element("div", { class: "asking__below" }, remarks(document, language), frame.foot()),
  );
}
