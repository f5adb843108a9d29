/* What was answered, for the visitor: what is missing is said, nothing is scored here. Then her note and her name. */

import { button, element } from "./element.js";
import { textField } from "./field.js";
import { remarks } from "./asking.js";
import { isAnswered, open } from "./questions.js";
import * as tape from "./tape.js";
import { label, t } from "./words.js";

export function askReview(app) {
  const document = app.scheme();
  const { answers, notes, opening } = app.log.picture();
  const read = opening.filled_in === "read_aloud";
  const missing = open(document, answers).length;
  const total = document.questions.length;
  return element(
    "section",
    { class: "sheet" },
    element("h1", { tabindex: "-1" }, label(document.label, app.language, document.name)),
    element("p", {}, said(app, opening)),
    missing > 0
      ? element("p", { class: "message" }, t("Without an answer: {n} of {total} questions.", { n: missing, total }))
      : null,
    element(
      "ol",
      { class: "asking__given" },
      document.questions.map((question, place) => line(app, question, answers, read ? place : null)),
    ),
    textField(
      t("Your own note"),
      app.draft.get("note:NOTE", notes.get("NOTE") ?? ""),
      (words) => app.draft.set("note:NOTE", words),
      { hint: t("For the file and for your supervisor."), name: "note" },
    ),
    element(
      "div",
      { class: "actions" },
      button(t("Sign"), () => sign(app), { class: "button button--large", "data-act": "sign" }),
      button(
        read ? t("Back to the questions") : t("Hand over again"),
        () => app.go("asking"),
        { class: "button button--large button--quiet", "data-act": "to-questions" },
      ),
    ),
    remarks(document, app.language),
  );
}

function said(app, opening) {
  const family = app.family(opening.family);
  const name = family?.caregivers.find((one) => one.id === opening.caregivers[0])?.first_name ?? t("Caregiver");
  const language = new Intl.DisplayNames(app.language, { type: "language" }).of(opening.language);
  const how = opening.filled_in === "read_aloud"
    ? t("{name} answered; it was read aloud ({language}).", { name, language })
    : t("{name} filled it in on the tablet ({language}).", { name, language });
  return opening.present ? [how, " ", t("Who else was there: {present}", { present: opening.present })] : how;
}

/* A question with its answer; `place` is where it can be changed, null where it cannot. */
function line(app, question, answers, place) {
  const document = app.scheme();
  const value = answers.get(question.id);
  const words = value === "NA"
    ? t("Does not apply")
    : label(document.answers.find((one) => one.value === value)?.label, app.language, String(value));
  const text = label(question.text, app.language, question.id);
  const change = () => {
    app.draft.set("question", place);
    app.go("asking");
  };
  return element(
    "li",
    { "data-question": question.id },
    element(
      "div",
      { class: "asking__given__line" },
      element("span", {}, text),
      isAnswered(answers, question.id) ? element("b", {}, words) : element("span", { class: "quiet" }, t("No answer")),
      place === null
        ? null
        : button(t("Change"), change, {
            class: "button button--quiet",
            "aria-label": t("Change: {question}", { question: text }),
          }),
    ),
  );
}

function sign(app) {
  const words = app.draft.get("note:NOTE")?.trim();
  if (words !== undefined && words !== (app.log.picture().notes.get("NOTE") ?? "")) {
    app.log.add(tape.note, undefined, "NOTE", words);
  }
  app.log.add(tape.close);
  app.go("done");
}
