/* Themes that no figure brings: a step comes from one of them only when the visitor ticks it. */

import { tick } from "./choice.js";
import { directionOf } from "./propose/direction.js";
import { element } from "./element.js";
import * as drafts from "./page_draft.js";
import { t } from "./words.js";

export function themes(state) {
  const { app, page, now, redraw } = state;
  if (page.onRequest.length === 0) return null;
  return element(
    "details",
    {
      class: "more themes",
      open: app.draft.get("themes", false),
      on: { toggle: (event) => app.draft.set("themes", event.target.open) },
    },
    element("summary", {}, t("More themes")),
    element("p", { class: "quiet" }, t("A theme that you tick comes next when you press “Another one”.")),
    page.onRequest.map((step) =>
      element(
        "div",
        { class: "themes__one" },
        tick(
          title(step.key),
          drafts.isTicked(page, step.key),
          (on) => redraw(drafts.tickTheme(state.page, step.key, on), `theme.${step.key}`),
          { "data-focus": `theme.${step.key}` },
        ),
        element("p", { class: "quiet", lang: now.language, dir: directionOf(now.language) }, step.what),
      ),
    ),
  );
}

function title(key) {
  const known = {
    i_sentences: () => t("“I” sentences"),
    vulnerability: () => t("Saying when it is hard"),
    check_in: () => t("A look at what is new"),
    own_support: () => t("Support for the caregiver"),
    professional_help: () => t("Help from a professional"),
  };
  return known[key]?.() ?? t("A step of our programme");
}
