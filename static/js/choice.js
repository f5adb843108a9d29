/* One of a few: radio buttons that look like chips. `options` are [value, words]; `act` gets the chosen value. */

import { element } from "./element.js";

let groups = 0;

export function choice(legend, options, chosen, act, attributes = {}) {
  const name = `choice-${(groups += 1)}`;
  return element(
    "fieldset",
    { class: "choice", ...attributes },
    element("legend", {}, legend),
    element(
      "div",
      { class: "choice__row" },
      options.map(([value, words]) =>
        element(
          "label",
          { class: "chip" },
          element("input", {
            type: "radio",
            name,
            value: String(value),
            checked: value === chosen,
            on: { change: () => act(value) },
          }),
          element("span", {}, words),
        ),
      ),
    ),
  );
}

/* A tick with its words. */
export function tick(words, checked, act, attributes = {}) {
  return element(
    "label",
    { class: "tick", ...attributes },
    element("input", { type: "checkbox", checked, on: { change: (event) => act(event.target.checked) } }),
    element("span", {}, words),
  );
}
