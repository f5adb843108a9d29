/* Whom to call, before anything is written: the programme's numbers, the supervisor, and what a note is not. */

import { element } from "./element.js";
import { t } from "./words.js";

export function safetyCard(app) {
  const { emergency_number: emergency, hotline, supervisor } = app.pulled?.programme ?? {};
  return element(
    "div",
    { class: "safety-card" },
    element(
      "dl",
      { class: "safety-card__calls" },
      call(t("In danger, call"), emergency, t("the emergency number where you are")),
      call(t("Hotline"), hotline, t("No hotline is on file.")),
      call(t("Your supervisor"), supervisor, t("No supervisor is on file.")),
    ),
    element("p", {}, element("strong", {}, t("This is not a report. The duty to report may be your own."))),
  );
}

function call(words, whom, otherwise) {
  const number = telephone(whom ?? "");
  const said = number ? element("a", { href: `tel:${number}` }, whom) : whom || otherwise;
  return element("div", {}, element("dt", {}, words), element("dd", {}, said));
}

/* The number to dial in a text ("Helpline, 24/7: 1-800 422-4453"), or "" where it is not plain where the number ends:
   rather none than a wrong one. */
export function telephone(text) {
  const runs = text.matchAll(/\+?(?:\(\d+\)|\d)(?:[\s.-]?(?:\(\d+\)|\d))*(?=\s*(?:$|[,;(]))/g);
  const dialled = [...runs].map(([run]) => run.replace(/[^\d+]/g, "")).filter((run) => run.length > 2);
  return dialled.sort((one, other) => other.length - one.length)[0] ?? "";
}
