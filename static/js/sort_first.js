/* The first pass: one card at a time, large, into three groups. Nothing is counted up yet. */

import { carried } from "./carry.js";
import { button, element } from "./element.js";
import { GROUPS, UNSEEN } from "./sort_table.js";
import { t } from "./words.js";

export function firstPass(sort) {
  const { card, table, child, caregiver } = sort;
  const question = t("Is this like {child}? “The caregiver” is {caregiver}.", { child, caregiver });
  const large = element(
    "div",
    { class: "sort-card sort-card--large", tabindex: "0", role: "group", "data-tile": "true", "data-card": card },
    sort.words(card),
  );
  return element(
    "div",
    { class: "sort__first" },
    element("p", { id: "sort-question" }, question),
    carried(large, (drop, stamp) => sort.put(card, drop, stamp), { atOnce: true }),
    element("p", { class: "unseen", role: "status" }, sort.said),
    element(
      "div",
      { class: "sort__groups", role: "group", "aria-labelledby": "sort-question" },
      GROUPS.map((name) => group(sort, name, table.groups[name].length)),
    ),
    element(
      "div",
      { class: "sort__aside" },
      button(t("Not seen"), (event) => sort.tap(`pile ${UNSEEN}`, event.timeStamp), {
        class: "button button--quiet",
        "data-drop": `pile ${UNSEEN}`,
      }),
      element("span", { class: "quiet" }, unseenWords(sort)),
      button(t("Straight to the piles"), () => sort.straight(), {
        class: "button button--quiet sort__straight",
        "data-act": "straight",
      }),
    ),
    keyboardHelp(t("1, 2, 3: less like, in between, more like.")),
  );
}

function group(sort, name, count) {
  return element(
    "button",
    {
      type: "button",
      class: "sort__group",
      "data-drop": `group ${name}`,
      on: { click: (event) => sort.tap(`group ${name}`, event.timeStamp) },
    },
    element("span", { class: "sort__groupname" }, sort.groupWords(name)),
    " ",
    element("span", { class: "sort__groupcount" }, t("Cards: {n}", { n: count })),
  );
}

/* How many cards were not seen, and what it means. */
export function unseenWords({ table, mostUnseen }) {
  const n = table.unseen.length;
  const values = { n, most: mostUnseen };
  if (n > mostUnseen) return t("{n} were not seen. With more than {most} this sort has no score.", values);
  return t("{n} not seen; at most {most}.", values);
}

/* Which keys there are; `own` says those that only this pass has. */
export function keyboardHelp(own) {
  return element(
    "details",
    { class: "more" },
    element("summary", {}, t("With a keyboard")),
    element("p", {}, [t("The keys move the card in hand; Tab goes to another one."), own, t("0: not seen. Backspace: undo.")].join(" ")),
  );
}
