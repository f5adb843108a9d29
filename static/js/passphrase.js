/* A passphrase, typed where nobody reads along: asked for, or chosen and typed twice. */

import { element } from "./element.js";
import { remark, textField } from "./field.js";
import { FEWEST_CHARACTERS, fault } from "./vault.js";
import { t } from "./words.js";

/* A field whose words are not shown, and not offered to whoever saves passwords. */
export function secretField(label, act, options = {}) {
  const made = textField(label, "", act, { single: true, ...options });
  Object.assign(made.querySelector("input"), { type: "password", autocomplete: "new-password" });
  return made;
}

/* Two fields for a new passphrase; `chosen(password)` gives it, or null after saying beside the field why not. */
export function newPassphrase() {
  const typed = { first: "", again: "" };
  const first = secretField(t("New passphrase"), (words) => (typed.first = words), {
    name: "new-passphrase",
    hint: t("At least {n} characters; a few words that nobody would guess. Not your password.", { n: FEWEST_CHARACTERS }),
  });
  const again = secretField(t("The new passphrase again"), (words) => (typed.again = words), { name: "again" });
  const say = (field, message) => remark(field, message ? [{ stops: true, message }] : []);
  return {
    made: element("div", {}, first, again),
    chosen(password = undefined) {
      const why = {
        short: t("A passphrase has at least {n} characters.", { n: FEWEST_CHARACTERS }),
        password: t("This is the password that you sign in with. Choose other words."),
        easy: t("This passphrase is guessed too easily. Choose other words."),
      }[fault(typed.first, password)];
      const differ = !why && typed.first !== typed.again;
      say(first, why);
      say(again, differ && t("These were two different passphrases."));
      if (!why && !differ) return typed.first;
      (why ? first : again).querySelector("input").focus();
      return null;
    },
  };
}
