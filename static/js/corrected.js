/* What was corrected since in what she recorded at a family: where, from what to what, why and by whom. */

import { minutes } from "./clock.js";
import { element } from "./element.js";
import { label, t } from "./words.js";

export function corrected(app, family) {
  const made = (app.pulled?.amendments ?? []).filter((one) => one.family === family.id);
  if (made.length === 0) return null;
  return element(
    "details",
    { class: "more", "data-corrected": String(made.length) },
    element("summary", {}, t("Corrected since")),
    element("ul", {}, made.map((one) => element("li", {}, ...said(app, one)))),
  );
}

function said(app, one) {
  const { title, name } = one.place.startsWith("tap/") ? tap(app, one) : rating(app, one);
  const change = t("{title}: {base} became {value}.", { title, base: name(one.base), value: name(one.value) });
  return [
    element("strong", {}, app.day(one.date)),
    " ",
    change,
    ` ${one.reason} (${one.by})`,
    one.open ? ` ${t("Your supervisor still decides which one stands.")}` : "",
  ];
}

function tap(app, { t: time, instrument }) {
  const { cues = [], responses = [], markers = [], states = [] } = app.instrument(instrument)?.document ?? {};
  const codes = [...cues, ...responses, ...markers, ...states];
  const name = (code) =>
    code === null ? t("Struck: nothing happened here") : label(codes.find((one) => one.code === code)?.label, app.language, code);
  return { title: time === null ? t("A tap") : minutes(time), name };
}

function rating(app, { place }) {
  const [, set, version, id] = place.split("/");
  const item = app.instrument(`${set}/${version}`)?.document.items.find((one) => one.id === id);
  const name = (value) => (value === null ? t("Not rated") : value === "NOB" ? t("Not observed") : String(value));
  return { title: label(item?.label, app.language, id), name };
}
