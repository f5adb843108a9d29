/* Storage failed three times: say so over everything, keep what was tapped in memory, and try again. */

import { button, element } from "./element.js";
import { saveButton } from "./emergency.js";
import { t } from "./words.js";

export function alarm(log) {
  const words = element("p", {});
  const dialog = element(
    "dialog",
    { class: "alarm", role: "alertdialog", "aria-labelledby": "alarm-title" },
    element("h2", { id: "alarm-title" }, t("This tablet could not save")),
    words,
    element("p", {}, t("Do not close or reload this page. Note on paper what you see, and press the button.")),
    button(t("Try to save again"), () => log.again().catch(() => undefined), { class: "button button--large" }),
    element(
      "p",
      {},
      t("If that does not help, save a file: it holds what is on this tablet only, sealed for the server."),
    ),
    saveButton(() => [log]),
  );
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  const show = () => {
    words.textContent = t("{n} entries are only in its memory.", { n: log.queue.length });
    if (log.broken && dialog.isConnected && !dialog.open) dialog.showModal(); // a screen that was left is silent
    if (!log.broken && log.queue.length === 0 && dialog.open) dialog.close();
  };
  log.listeners.add(show);
  return dialog;
}
