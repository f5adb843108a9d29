/* After the end: what was a rough moment really, what followed a need for a break, what is asked of the supervisor? */

import { choice } from "./choice.js";
import { minutes } from "./clock.js";
import { button, element } from "./element.js";
import { remark, textField } from "./field.js";
import { afterReview } from "./observing.js";
import * as tape from "./tape.js";
import { label, t } from "./words.js";

export function review(app) {
  const scheme = app.scheme();
  const cards = tape.toReview(app.log.tape, scheme).map((step) => reviewCard(app, step, scheme));
  return element(
    "section",
    { class: "sheet" },
    element("h1", { tabindex: "-1" }, t("A look back")),
    element("p", {}, t("Only what needs a second look. Nothing here goes on the family's page.")),
    cards.map((card) => card.made),
    element(
      "div",
      { class: "actions" },
      button(t("Next"), () => go(app, cards), { class: "button button--large", "data-act": "next" }),
    ),
  );
}

const QUESTIONS = {
  rough: () => [t("What was it?"), [["confirmed", t("It was a rough moment")], ["mistake", t("Tapped by mistake")]]],
  break: () => [
    t("What did the caregiver do then?"),
    [["gave_space", t("Gave space")], ["carried_on", t("Carried on")], ["not_sure", t("Not sure")]],
  ],
  ask: () => [t("Still a question?"), [["confirmed", t("Yes, please ask")], ["mistake", t("Tapped by mistake")]]],
};

function reviewCard(app, step, scheme) {
  const { log, draft } = app;
  const key = `review:${step.seq}`;
  const written = log.picture().reviews.get(step.seq);
  const now = draft.get(
    key,
    {
      answer: written?.answer ?? (step.about === "ask" ? "confirmed" : null),
      note: written?.note || step.data?.note || "",
    },
  );
  const put = (part) => draft.set(key, Object.assign(now, part));
  const [question, answers] = QUESTIONS[step.about]();
  const words = step.about === "rough" ? t("What did you see and hear?") : t("A note");
  const notes = element("div", { class: "field__notes" });
  const made = element(
    "div",
    { class: "card review", "data-seq": step.seq },
    element("h2", {}, `${title(step, scheme, app.language)} · ${minutes(step.data?.at ?? step.t)}`),
    choice(question, answers, now.answer, (answer) => {
      put({ answer });
      remark(made, []);
    }),
    notes,
    step.about === "break" ? null : textField(
      words,
      now.note,
      (note) => put({ note }),
      { rows: 2, name: `review-${step.seq}` },
    ),
  );
  return { made, step, now, written };
}

function title(step, scheme, language) {
  if (step.about === "ask") return t("Ask my supervisor");
  const item = [...scheme.cues, ...scheme.responses].find((one) => one.code === step.code);
  return label(item?.label, language, step.code);
}

function go(app, cards) {
  const open = cards.filter((card) => card.step.about === "rough" && !card.now.answer);
  for (const card of open) remark(card.made, [{ stops: true, message: t("Please say which it was.") }]);
  if (open.length > 0) return open[0].made.scrollIntoView({ block: "center" });
  for (const card of cards) {
    if (card.step.about === "ask") settleQuestion(app.log, card);
    else settleMoment(app.log, card);
  }
  app.go(afterReview(app.log));
}

function settleMoment(log, { step, now, written }) {
  if (!now.answer || (now.answer === written?.answer && now.note === written.note)) return;
  log.add(tape.review, undefined, step.seq, now.answer, now.note.trim());
}

/* A question that was a mistake is undone; one with new words is asked anew about the same moment. */
function settleQuestion(log, { step, now }) {
  const reworded = now.note.trim() !== step.data.note;
  if (now.answer === "mistake" || reworded) log.add(tape.undo, undefined, step.seq);
  if (now.answer !== "mistake" && reworded) log.add(tape.ask, undefined, now.note.trim(), step.data.at);
}
