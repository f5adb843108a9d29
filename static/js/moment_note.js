/* Keep a moment for the page, or ask the supervisor about it: a small sheet that does not stop the recording.

   The moment is when the chip was touched; the note may follow at leisure. What was typed survives a reload. */

import { choice } from "./choice.js";
import { button, element } from "./element.js";
import { textField } from "./field.js";
import * as tape from "./tape.js";
import { t } from "./words.js";

export function momentNote(log, draft, changed) {
  const place = element("div", { class: "moment", role: "region", "aria-label": t("A moment to keep"), hidden: true });

  const open = (what, stamp) => {
    done();
    draft.set("moment", { what, at: log.at(stamp), kind: "own", note: "" });
    draw();
    place.querySelector("input, textarea").focus();
  };
  const done = (stamp) => {
    const moment = draft.get("moment");
    if (!moment) return;
    if (moment.what === "keep") log.add(tape.keep, stamp, moment.kind, moment.note.trim(), moment.at);
    else log.add(tape.ask, stamp, moment.note.trim(), moment.at);
    leave();
  };
  const leave = () => {
    draft.set("moment", null);
    draw();
    changed();
  };
  const put = (part) => draft.set("moment", { ...draft.get("moment"), ...part });
  const draw = () => {
    const moment = draft.get("moment");
    place.hidden = !moment;
    place.replaceChildren();
    if (!moment) return;
    place.append(
      element("h2", {}, moment.what === "keep" ? t("Keep this moment") : t("Ask my supervisor")),
      moment.what === "keep" ? kinds(moment, put) : "",
      words(moment, put),
      element(
        "div",
        { class: "actions" },
        button(t("Done"), (event) => done(event.timeStamp), { "data-act": "moment-done" }),
        button(t("Leave out"), leave, { class: "button button--quiet" }),
      ),
    );
  };
  draw();
  return { place, open, done };
}

function words(moment, put) {
  const keeps = moment.what === "keep";
  const question = keeps ? t("In your words") : t("What would you like to ask?");
  const hint = keeps ? t("It can go on the family's page.") : t("Never on the family's page.");
  return textField(question, moment.note, (note) => put({ note }), { hint, rows: 2, name: "moment" });
}

function kinds(moment, put) {
  const options = [
    ["comfort", t("Came for comfort")],
    ["glad", t("Glad at return")],
    ["explore", t("Explored and checked back")],
    ["own", t("Something else")],
  ];
  return choice(t("What was it?"), options, moment.kind, (kind) => put({ kind }));
}
