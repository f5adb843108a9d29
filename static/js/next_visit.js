/* When do they meet again? A planned visit keeps its id; a new day makes a new visit when the page is approved. */

import { choice } from "./choice.js";
import { element } from "./element.js";
import { remark } from "./field.js";
import { t } from "./words.js";

export function nextVisit(app, family, now, put) {
  const ahead = (days) => {
    const day = new Date(`${app.today()}T12:00:00Z`);
    day.setUTCDate(day.getUTCDate() + days);
    return day.toISOString().slice(0, 10);
  };
  const planned = (family?.visits ?? []).filter((visit) => visit.status === "planned" && visit.date > app.today());
  const date = element(
    "input",
    {
      type: "date",
      id: "next-date",
      min: ahead(1),
      value: now.date ?? "",
      on: { input: () => put({ date: date.value, visit: null }) },
    },
  );
  const time = element(
    "input",
    { type: "time", id: "next-time", value: now.time ?? "", on: { input: () => put({ time: time.value }) } },
  );
  const take = (value) => {
    const known = planned.find((visit) => visit.id === value);
    const day = known || !value ? "" : ahead(value);
    const part = known
      ? { visit: known.id, date: known.date, time: known.time ?? "" }
      : { visit: null, date: day, time: time.value };
    date.value = part.date;
    time.value = part.time;
    put(part);
    remark(made, []);
  };
  const options = [
    ...planned.slice(0, 2).map((visit) => [visit.id, app.day(visit.date)]),
    [7, t("In one week")],
    [14, t("In two weeks")],
    [28, t("In four weeks")],
    [0, t("Not yet")],
  ];
  const made = element(
    "div",
    { class: "field next-visit" },
    choice(t("Next visit"), options, now.visit ?? (now.date ? null : 0), take),
    element(
      "div",
      { class: "next-visit__when" },
      element("label", { for: "next-date" }, t("Day"), date),
      element("label", { for: "next-time" }, t("Time"), time),
    ),
    element("div", { class: "field__notes" }),
  );
  const wrong = () => {
    const late = date.value !== "" && date.value <= app.today();
    const message = !date.validity.valid || late ? t("Please choose a day after today.") : null;
    remark(made, message ? [{ stops: true, message }] : []);
    return message;
  };
  return { made, wrong };
}
