/* Somebody is not safe: first whom to call, then a note. It needs no consent and no network, and it is no report. */

import { button, element } from "./element.js";
import { gone } from "./gone.js";
import { safetyCard } from "./safety_card.js";
import { safetyForm } from "./safety_form.js";
import { t } from "./words.js";

export const OPENING = { kind: "safety" };

/* The card, and the way to a note about this family. */
export function safetyStart(app) {
  const family = app.family(app.place.family);
  if (!family) return gone(app);
  const about = { child: family.children[0]?.id, caregiver: family.caregivers[0]?.id };
  const begin = (event) => app.beginLog(family, about, OPENING, null, event.timeStamp);
  const back = () => app.go("activities", { family: family.id });
  const signed = app.begun.filter((row) => row.kind === "safety" && row.done && row.family === family.id);
  return element(
    "section",
    { class: "sheet" },
    element("p", {}, button(t("Back"), back, { class: "button button--quiet" })),
    element("h1", { tabindex: "-1" }, t("Safety note")),
    safetyCard(app),
    element(
      "div",
      { class: "actions" },
      button(t("Write a note"), begin, { class: "button button--large", "data-act": "write-note" }),
    ),
    signed.map((row) => signedNote(app, row)),
  );
}

/* That a note was written, and never its words. */
function signedNote(app, row) {
  const when = new Intl.DateTimeFormat(app.language, { dateStyle: "medium", timeStyle: "short" }).format(row.started);
  return element("p", { class: "quiet" }, t("A safety note was written: {when}.", { when }));
}

/* The note itself, on a screen of its own. */
export function safety(app) {
  const { family } = app.log.row;
  const back = () => app.go("safety_start", { family });
  return element(
    "section",
    { class: "sheet" },
    element("h1", { tabindex: "-1" }, t("Safety note")),
    safetyCard(app),
    safetyForm(app, { signed: back, later: back, laterWords: t("Go on later") }),
  );
}
