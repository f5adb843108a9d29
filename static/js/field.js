/* A text with its label, a hint, and a place beside it for what is wrong with it. */

import { element } from "./element.js";

let fields = 0;

export function textField(label, value, act, { hint = "", rows = 3, name = "", single = false } = {}) {
  const id = `field-${(fields += 1)}`;
  const notes = element("div", { id: `${id}-notes`, class: "field__notes" });
  const described = [hint && `${id}-hint`, `${id}-notes`].filter(Boolean).join(" ");
  const input = element(single ? "input" : "textarea", {
    id,
    rows: single ? null : rows,
    type: single ? "text" : null,
    autocomplete: "off",
    "data-field": name || null,
    "aria-describedby": described,
    value,
    on: { input: (event) => act(event.target.value) },
  });
  return element(
    "div",
    { class: "field" },
    element("label", { for: id }, label),
    hint && element("span", { class: "field__hint", id: `${id}-hint` }, hint),
    input,
    notes,
  );
}

/* Say beside a field what is wrong (`stops`) or what to look at; an empty list takes it back. */
export function remark(field, findings) {
  const stops = findings.some((finding) => finding.stops);
  field.classList.toggle("field--wrong", stops);
  const input = field.querySelector("input, textarea");
  if (stops) input?.setAttribute("aria-invalid", "true");
  else input?.removeAttribute("aria-invalid");
  const notes = field.querySelector(".field__notes");
  notes.replaceChildren(
    ...findings.map((finding) =>
      element("span", { class: finding.stops ? "field__error" : "field__warning" }, finding.message),
    ),
  );
}
