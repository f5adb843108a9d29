/* The large buttons: what the child does on one side, what the caregiver does on the other, a rough moment apart.

   A pad acts when it is touched, not when the finger leaves; the time is the touch's own. A touch that the system
   takes over (a swipe, a palm) is taken back. The same pad within 250 ms is one tap. */

import { element } from "./element.js";
import { isDoubleTap } from "./tape.js";
import { label, t } from "./words.js";

/* `onTap(stamp, code, side)` returns the event that was written; `onCancel(stamp, event)` undoes it. */
export function pads(scheme, language, names, onTap, onCancel) {
  const pad = (side) => (item) => padButton(label(item.label, language, item.code), item.code, side, onTap, onCancel);
  const kind = scheme.responses.filter((one) => !one.harsh);
  const rough = scheme.responses.filter((one) => one.harsh);
  const adult = [...kind.map(pad("caregiver")), ...(scheme.markers ?? []).map(pad("caregiver"))];
  return element(
    "div",
    { class: "pads" },
    column("child", names.child, scheme.cues.map(pad("child"))),
    column("caregiver", names.caregiver, adult),
    element("div", { class: "pads__apart", role: "group", "aria-label": t("Set apart") }, rough.map(pad("apart"))),
  );
}

function column(side, title, buttons) {
  return element(
    "div",
    { class: `pads__column pads__column--${side}`, role: "group", "aria-label": title },
    element("p", { class: "pads__title" }, title),
    element("div", { class: "pads__grid" }, buttons),
  );
}

function padButton(words, code, side, onTap, onCancel) {
  let previous;
  const written = new Map();
  const tap = (event) => {
    if (isDoubleTap(previous, event.timeStamp)) return;
    previous = event.timeStamp;
    written.set(event.pointerId, onTap(event.timeStamp, code, side));
  };
  return element(
    "button",
    {
      type: "button",
      class: `pad pad--${side}`,
      "data-code": code,
      on: {
        pointerdown: (event) => {
          if (event.button === 0) tap(event);
        },
        pointerup: (event) => written.delete(event.pointerId),
        pointercancel: (event) => {
          const taken = written.get(event.pointerId);
          written.delete(event.pointerId);
          if (taken) onCancel(event.timeStamp, taken);
        },
        click: (event) => {
          if (event.detail === 0) tap(event); // a key, or a screen reader
        },
        contextmenu: (event) => event.preventDefault(),
      },
    },
    words,
  );
}
