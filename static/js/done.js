/* It is approved: where it is now, and how to show it. What the family does not want to be recorded ends here too. */

import { button, element } from "./element.js";
import { textField } from "./field.js";
import * as tape from "./tape.js";
import { t } from "./words.js";

export function done(app) {
  const { id } = app.log; // it may be let go of while an answer is on its way
  const { sheet, opening } = app.log.picture();
  const links = element(
    "div",
    { class: "actions" },
    sheet && button(t("Show the page"), () => app.go("show"), { class: "button button--large", "data-act": "show-page" }),
  );
  const state = element("p", { role: "status" });
  const show = async () => {
    const sent = await app.sent(id);
    state.textContent = sent ? t("The visit is with the server.") : t(
      "The visit is saved on this tablet. It goes out by itself as soon as there is a network.",
    );
    if (!sent || !sheet || links.childElementCount > 1) return;
    links.append(
      element("a", { class: "button button--large button--quiet", href: `/sheets/${sheet.id}.pdf` }, t("PDF to print")),
      sheet.caregiver
        ? element(
            "a",
            { class: "button button--large button--quiet", href: `/sheets/${sheet.id}/hand-over`, "data-act": "hand-over" },
            t("On their own telephone"),
          )
        : "",
    );
  };
  app.outbox.listeners.add(show);
  app.onLeave(() => app.outbox.listeners.delete(show));
  show();
  app.log.kept().then(() => app.outbox.flush()).catch(() => undefined);
  return element(
    "section",
    { class: "sheet done" },
    element("h1", { tabindex: "-1" }, title(opening, sheet)),
    state,
    links,
    element(
      "div",
      { class: "actions" },
      button(t("Back to the families"), () => app.putAway(), { class: "button button--quiet" }),
      opening.role !== "second" && app.family(opening.family) && button(
        t("More at this visit"),
        () => app.putAway("activities", { family: opening.family }),
        { class: "button button--quiet", "data-act": "more" },
      ),
    ),
  );
}

function title({ kind, role }, sheet) {
  if (role === "second" || role === "practice") return t("Your coding is signed");
  if (kind === "sort") return t("The cards are signed");
  if (kind === "questionnaire") return t("The answers are signed");
  return sheet ? t("The page is approved") : t("The visit is finished");
}

/* The family does not want it today: a note for the supervisor, and the log is signed without ratings or a page. */
export function withdrawn(app) {
  const put = (words) => app.draft.set("note:NOTE", words);
  const finish = () => {
    const words = app.draft.get("note:NOTE", "").trim();
    if (words) app.log.add(tape.note, undefined, "NOTE", words);
    app.log.add(tape.close);
    app.go("done");
  };
  return element(
    "section",
    { class: "sheet" },
    element("h1", { tabindex: "-1" }, t("It ends here")),
    element(
      "p",
      {},
      t(
        "No figures are made from this visit. Your supervisor will decide with the family what is kept.",
      ),
    ),
    textField(t("A note for your supervisor"), app.draft.get("note:NOTE", ""), put, { name: "note" }),
    element(
      "div",
      { class: "actions" },
      button(t("Finish"), finish, { class: "button button--large", "data-act": "finish" }),
    ),
  );
}
