/* The family that a screen is about is not among hers any more. */

import { button, element } from "./element.js";
import { t } from "./words.js";

export function gone(app) {
  return element(
    "section",
    { class: "sheet" },
    element("h1", { tabindex: "-1" }, t("This family is not on your list any more.")),
    button(t("Back to the families"), () => app.go("families")),
  );
}
