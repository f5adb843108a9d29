/* What was tapped so far, newest first. A hollow dot turns solid when the step is on disk. Tapping a step strikes it
   through; tapping it again brings it back. Both stay in the log. Of a video, the time beside a step leads to it. */

import { minutes } from "./clock.js";
import { element } from "./element.js";
import { t } from "./words.js";

export function liveTape(wordsOf, onToggle, onJump = null) {
  const shown = new Map();
  const list = element("ol", { class: "tape", "aria-label": t("What was tapped, newest first") });
  const update = (steps, storedUpto) => {
    for (const step of onJump ? steps.filter((one) => one.kind !== "pause") : steps) {
      if (!shown.has(step.seq)) list.prepend(item(step));
      paint(step, storedUpto);
    }
  };
  const item = (step) => {
    const words = element("span", { class: "step__words" }, wordsOf(step).words);
    const act = (event) => onToggle(event.timeStamp, step.seq);
    const made = element(
      "button",
      { type: "button", class: `step step--${wordsOf(step).side}`, "data-seq": step.seq, on: { click: act } },
      element("span", { class: "dot", "aria-hidden": "true" }),
      words,
      element("span", { class: "step__time" }, minutes(step.data?.at ?? step.t)),
    );
    shown.set(step.seq, made);
    return element("li", {}, made, onJump && jump(step));
  };
  const jump = (step) => {
    const ms = step.data?.at ?? step.t;
    const words = t("Go to {step}, {time}", { step: wordsOf(step).words, time: minutes(ms) });
    return element(
      "button",
      { type: "button", class: "step__jump", "data-jump": step.seq, "aria-label": words, on: { click: () => onJump(ms) } },
      "▸",
    );
  };
  const paint = (step, storedUpto) => {
    const made = shown.get(step.seq);
    made.dataset.stored = String(step.seq <= storedUpto);
    made.dataset.struck = String(step.struck);
    const values = { step: wordsOf(step).words, time: minutes(step.data?.at ?? step.t) };
    made.setAttribute(
      "aria-label",
      step.struck ? t("Bring back: {step}, {time}", values) : t("Undo: {step}, {time}", values),
    );
  };
  return { list, update };
}
