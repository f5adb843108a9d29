/* Stopping before the planned end, with the reason. The observation runs on until the reason is given. */

import { choice } from "./choice.js";
import { button, element } from "./element.js";
import { textField } from "./field.js";
import { t } from "./words.js";

export function stopEarly(act) {
  let reason = null;
  let note = "";
  const reasons = [
    ["interrupted", t("We were interrupted")],
    ["child_asleep", t("The child fell asleep")],
    ["unwell", t("Somebody is unwell")],
    ["family_withdrew", t("The family does not want it today")],
    ["other", t("Another reason")],
  ];
  const wrong = element("p", { class: "field__error", hidden: true }, t("Please choose a reason."));
  const stop = (event) => {
    wrong.hidden = reason !== null;
    if (reason === null) return;
    dialog.close();
    act(event.timeStamp, reason, note.trim());
  };
  const dialog = element(
    "dialog",
    { class: "ask", "aria-labelledby": "stop-early" },
    element("h2", { id: "stop-early" }, t("Stop here?")),
    choice(t("What happened?"), reasons, null, (value) => {
      reason = value;
      wrong.hidden = true;
    }),
    wrong,
    textField(t("A note, if you like"), "", (value) => (note = value), { rows: 2, name: "stop-note" }),
    element(
      "div",
      { class: "actions" },
      button(t("Stop now"), stop, { "data-act": "stop-now" }),
      button(t("Go on watching"), () => dialog.close(), { class: "button button--quiet" }),
    ),
  );
  return dialog;
}
