/* Digits from large keys, or from a keyboard: what is typed is not shown. `act(digits)` gets them at the last press. */

import { button, element } from "./element.js";
import { remark } from "./field.js";
import { t } from "./words.js";
import { MOST_DIGITS } from "./pin.js";

export function keypad(words, done, act) {
  const send = () => act(input.value);
  const input = element("input", {
    id: "pin",
    class: "keypad__typed",
    type: "text", // a password field would be offered to whoever saves passwords
    inputmode: "none",
    autocomplete: "off",
    maxlength: String(MOST_DIGITS),
    "aria-describedby": "pin-notes",
    on: { keydown: (event) => event.key === "Enter" && send() },
  });
  const put = (digit) => {
    if (input.value.length < MOST_DIGITS) input.value += digit;
  };
  const key = (digit) => button(digit, () => put(digit), { class: "button keypad__key", "data-key": digit });
  const erase = button(t("Erase"), () => (input.value = ""), { class: "button keypad__key keypad__key--word" });
  const go = button(done, send, { class: "button keypad__key keypad__key--go", "data-act": "pin-done" });
  const made = element(
    "div",
    { class: "field keypad" },
    element("label", { for: "pin" }, words),
    input,
    element("div", { class: "field__notes", id: "pin-notes", role: "status" }),
    element("div", { class: "keypad__keys" }, [..."123456789"].map(key), erase, key("0"), go),
  );
  return {
    made,
    focus: () => input.focus(),
    /* Empty the field and say beside it what is wrong ("" takes it back). */
    say(sentence) {
      input.value = "";
      remark(made, sentence ? [{ stops: true, message: sentence }] : []);
    },
  };
}
