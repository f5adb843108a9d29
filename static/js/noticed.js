/* Before any praise: what did the caregiver notice, did last time's step find its way, and what is her own note? */

import { choice } from "./choice.js";
import { button, element } from "./element.js";
import { textField } from "./field.js";
import * as tape from "./tape.js";
import { t } from "./words.js";

export function noticed(app) {
  const { log, draft } = app;
  const { notes, tried, opening } = log.picture();
  const step = app.family(opening.family)?.last_step;
  const text = (code) => draft.get(`note:${code}`, notes.get(code) ?? "");
  const put = (code) => (words) => draft.set(`note:${code}`, words);
  return element(
    "section",
    { class: "sheet" },
    element("h1", { tabindex: "-1" }, t("What did you notice?")),
    element("p", {}, t("Ask this first, before you say what you saw.")),
    textField(t("In the caregiver's words"), text("NOTICED"), put("NOTICED"), { name: "noticed" }),
    step
      ? element(
          "div",
          { class: "card" },
          element("h2", {}, t("The step from last time")),
          element("p", {}, step.text),
          choice(
            t("Was there a chance to try it?"),
            answers(),
            draft.get("tried", tried.get(step.sheet) ?? null),
            (answer) => draft.set("tried", answer),
          ),
        )
      : null,
    textField(
      t("Your own note"),
      text("NOTE"),
      put("NOTE"),
      { hint: t("For the file and for your supervisor."), name: "note" },
    ),
    element(
      "div",
      { class: "actions" },
      button(t("Next"), () => go(app, step), { class: "button button--large", "data-act": "next" }),
    ),
  );
}

const answers = () => [
  ["yes", t("Yes")],
  ["some", t("Now and then")],
  ["no", t("Not yet")],
];

function go(app, step) {
  const { log, draft } = app;
  const { notes, tried } = log.picture();
  for (const code of ["NOTICED", "NOTE"]) {
    const words = draft.get(`note:${code}`)?.trim();
    if (words !== undefined && words !== (notes.get(code) ?? "")) log.add(tape.note, undefined, code, words);
  }
  const answer = draft.get("tried");
  if (step && answer && answer !== tried.get(step.sheet)) log.add(tape.tried, undefined, step.sheet, answer);
  app.go("rate");
}
