/* A button that acts only when it is held for a second, by finger or by key.

   A calm bar shows how far it is. Letting go takes it back. A screen reader's press has no length: there the first
   press asks, the second acts. */

import { element } from "./element.js";
import { t } from "./words.js";

export const HOLD_MS = 1000;
const ASK_MS = 6000;

export function holdButton(words, act) {
  let timer = null;
  let asked = 0;
  const say = element("span", { class: "hold__words" }, words);
  const start = (stamp) => {
    if (timer !== null) return;
    made.dataset.holding = "true";
    say.textContent = t("Keep holding ...");
    timer = setTimeout(() => {
      stop();
      act(stamp + HOLD_MS);
    }, HOLD_MS);
  };
  const stop = () => {
    clearTimeout(timer);
    timer = null;
    delete made.dataset.holding;
    say.textContent = words;
  };
  const pressed = (event) => {
    if (event.detail !== 0) return;
    if (event.timeStamp - asked < ASK_MS) return act(event.timeStamp);
    asked = event.timeStamp;
    say.textContent = t("Press again to end");
  };
  const isKey = (event) => event.key === "Enter" || event.key === " ";
  const made = element(
    "button",
    {
      type: "button",
      class: "hold",
      on: {
        pointerdown: (event) => start(event.timeStamp),
        pointerup: stop,
        pointercancel: stop,
        pointerleave: stop,
        blur: stop,
        contextmenu: (event) => event.preventDefault(),
        click: pressed,
        keydown: (event) => {
          if (!isKey(event)) return;
          event.preventDefault(); // else a short press would count as a click
          if (!event.repeat) start(event.timeStamp);
        },
        keyup: (event) => {
          if (isKey(event)) stop();
        },
      },
    },
    say,
  );
  return made;
}
