/* Whom does she visit, and what is due? Opening one family leaves the other names behind. */

import { button, element } from "./element.js";
import { together } from "./second.js";
import { signIn } from "./sync_badge.js";
import { foot, notes } from "./this_tablet.js";
import { unfinished } from "./unfinished.js";
import { update } from "./update.js";
import { t } from "./words.js";

export function caseload(app) {
  const families = [...(app.pulled?.families ?? [])].sort(byDue);
  return element(
    "section",
    { class: "sheet" },
    element("h1", { tabindex: "-1" }, t("Your families")),
    app.signedOut ? element("p", { class: "message" }, t("You are not signed in."), " ", signIn(app.language)) : null,
    notes(app),
    update(app),
    app.elsewhere ? element("p", { class: "message" }, t("This visit is open in another window. Go on there.")) : null,
    unfinished(app, app.unfinished),
    families.length > 0 ? element("ul", { class: "cards" }, families.map((family) => card(app, family))) : none(app),
    together(app),
    foot(app),
    element("p", { class: "quiet" }, element("a", { href: "/" }, t("To your other pages"))),
  );
}

function none(app) {
  const words = app.pulled
    ? t("No family is assigned to you today.")
    : t("The families come when you are signed in and online.");
  return element("p", {}, words);
}

const ORDER = { overdue: 0, due: 1, later: 2 };

function byDue(one, other) {
  const by = (ORDER[one.due?.state] ?? 3) - (ORDER[other.due?.state] ?? 3);
  return by || (one.due?.on ?? "9").localeCompare(other.due?.on ?? "9");
}

function card(app, family) {
  const names = family.children.map((child) => child.first_name).join(", ");
  return element(
    "li",
    { class: "card family" },
    element("h2", {}, names),
    element("p", { class: "quiet" }, [family.code, family.site].filter(Boolean).join(" · ")),
    element("p", {}, due(app, family)),
    button(t("Open"), () => app.go("activities", { family: family.id }), {
      "aria-label": t("Open {names}", { names }),
      "data-family": family.id,
    }),
  );
}

function due(app, family) {
  const planned = family.visits.find((visit) => visit.status === "planned" && visit.date === app.today());
  if (planned) return tag(planned.time ? t("Visit today at {time}", { time: planned.time }) : t("Visit today"));
  if (!family.due?.on) return element("span", { class: "quiet" }, t("Nothing due"));
  const day = app.day(family.due.on);
  if (family.due.state === "overdue") return tag(t("Observation overdue since {day}", { day }), "tag--attention");
  if (family.due.state === "due") return tag(t("Observation due by {day}", { day }));
  return element("span", { class: "quiet" }, t("Next observation by {day}", { day }));
}

const tag = (words, more = "") => element("span", { class: `tag ${more}` }, words);
