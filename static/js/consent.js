/* Has the family agreed? Where no consent is on file it can be given here and now; without it nothing is recorded. */

import { tick } from "./choice.js";
import { element } from "./element.js";
import { remark } from "./field.js";
import { t } from "./words.js";

/* The question, or null where a consent is on file; `act` hears of the tick. */
export function consentTick(family, act) {
  if (family.consents.observe) return null;
  const made = element(
    "div",
    { class: "field consent" },
    element("p", {}, t("There is no agreement to observe yet. Without it nothing is recorded.")),
    tick(t("The family agrees, here and now, that I watch and take notes."), false, (on) => {
      act(on);
      if (on) remark(made, []);
    }),
    element("div", { class: "field__notes" }),
  );
  return made;
}

/* Say beside the question that it comes first. */
export function askFirst(made) {
  remark(made, [{ stops: true, message: t("Please ask the family first.") }]);
  made.scrollIntoView({ block: "center" });
}
