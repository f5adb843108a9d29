/* What of hers did the server put aside, and why? In plain words: nothing is lost, a supervisor decides. */

import { button, element } from "./element.js";
import { t } from "./words.js";

export function putAside(app) {
  const rows = app.begun.filter((row) => row.aside.length > 0);
  return element(
    "section",
    { class: "sheet" },
    element("h1", { tabindex: "-1" }, t("Put aside for your supervisor")),
    element("p", {}, t("The server has all of this, but does not count it. Your supervisor decides what becomes of it.")),
    element("ul", { class: "cards" }, rows.toReversed().map((row) => card(app, row))),
    element(
      "div",
      { class: "actions" },
      button(t("Back to the families"), () => app.go("families"), { class: "button button--quiet" }),
    ),
  );
}

function card(app, row) {
  const form = { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" };
  const when = new Intl.DateTimeFormat(app.language, form).format(row.created);
  const codes = [...new Set(row.aside.map(({ code }) => code))];
  return element(
    "li",
    { class: "card" },
    element("h2", {}, kind(row.kind)),
    element("p", { class: "quiet" }, [when, app.family(row.family)?.code].filter(Boolean).join(" · ")),
    codes.map((code) => element("p", { "data-code": code }, sentence(code, row))),
  );
}

function sentence(code, row) {
  const n = row.aside.filter((one) => one.code === code).length;
  return whole(code, row) ? reason(code) : [reason(code), " ", t("Entries: {n}.", { n })];
}

/* What is said of the first event is said of the whole log. */
const whole = (code, row) => row.aside.some((one) => one.code === code && one.seq === 1);

function kind(name) {
  const words = {
    observation: t("An observation"),
    sort: t("A card sort"),
    questionnaire: t("Questions"),
    safety: t("A safety note"),
  };
  return words[name] ?? t("A visit");
}

/* Why, by the code of docs/sync-api.md. */
function reason(code) {
  const words = {
    fork: t("Other entries stand at this place already: was this tablet's data copied to another one?"),
    unknown_family: t("The server does not know this family (any more)."),
    not_assigned: t("The family was not assigned to you on that day, or somebody else began this visit."),
    unknown_instrument: t("The server does not know the form that was used."),
    consent_withdrawn: t("The family has not agreed to being observed, or took it back."),
    future_time: t("The clock of this tablet was days ahead."),
    unknown_kind: t("This server is too old for something that was written."),
    bad_value: t("Something is missing, or a value does not fit."),
    revoked_device: t("This tablet was out of service when it arrived."),
    erased: t("The family asked that everything about it be deleted."),
  };
  return words[code] ?? t("The server gave a reason that this tablet does not know: {code}.", { code });
}
