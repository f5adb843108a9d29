/* What was begun and not finished: first of all it is gone on with. */

import { button, element } from "./element.js";
import { t } from "./words.js";

export function unfinished(app, rows) {
  if (rows.length === 0) return null;
  return element(
    "div",
    { class: "unfinished" },
    element("h2", {}, t("Not finished yet")),
    rows.map((row) =>
      element(
        "p",
        { class: "unfinished__row" },
        button(goOn(app, row), () => app.resume(row), { "data-log": row.id }),
        element("span", { class: "quiet" }, app.family(row.family)?.code ?? ""),
      ),
    ),
  );
}

function goOn(app, row) {
  const form = { weekday: "long", hour: "numeric", minute: "2-digit" };
  const when = new Intl.DateTimeFormat(app.language, form).format(row.started);
  const words = {
    sort: () => t("Go on with the cards: {when}", { when }),
    questionnaire: () => t("Go on with the questions: {when}", { when }),
    safety: () => t("Go on with the safety note: {when}", { when }),
  };
  return words[row.kind]?.() ?? t("Go on: {when}", { when });
}
