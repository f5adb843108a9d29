/* A family's page as it is drawn on the tablet: the same elements as `templates/sheets/page.html`. */

import { directionOf } from "./propose/direction.js";
import { button, element } from "./element.js";
import { said } from "./finished_page.js";
import { nameOf, sentences } from "./strikes.js";

const SVG = "http://www.w3.org/2000/svg";

/* Draw a finished page; `icons` are the outlines beside its headings. With `strike` {struck, toggle} every sentence
   that may be struck is a button. */
export function handout(page, icons = {}, strike = null) {
  return element(
    "article",
    { class: "handout", lang: page.language, dir: directionOf(page.language) },
    element(
      "header",
      {},
      element("h1", { tabindex: "-1" }, page.title),
      element("p", { class: "handout__about" }, page.about.join(" · ")),
    ),
    page.sections.map((section) =>
      element(
        "section",
        { class: `handout__section handout__section--${section.key}` },
        element("h2", {}, icon(icons[section.key]), section.heading),
        section.paragraphs.map((one) => paragraph(one, strike)),
        Array.from({ length: section.lines }, () => element("div", { class: "handout__line" })),
      ),
    ),
    element("footer", {}, page.foot.map((one) => paragraph(one, null))),
  );
}

/* A card on what families ask. */
export function cardOf(card, { lead, try: label }, language) {
  return element(
    "article",
    { class: "handout handout--second", lang: language, dir: directionOf(language) },
    element("header", {}, element("h2", {}, `${lead}: ${card.title}`)),
    card.text.map((text) => element("p", {}, text)),
    element("p", {}, element("b", {}, label), " ", card.try),
  );
}

function paragraph(one, strike) {
  const label = one.label && [element("b", {}, one.label), " "];
  return element("p", {}, label || null, strike ? one.pieces.map((piece) => [parts(piece, strike), " "]) : said(one));
}

/* The sentences of a piece; where it has no place it is only read. */
function parts({ text, place }, { struck, toggle }) {
  if (!place) return text;
  return sentences(text, place).map((sentence, number) => {
    const name = nameOf(place, number);
    const attributes = { class: "strike", "aria-pressed": String(struck.has(name)), "data-sentence": name };
    return [button(sentence, () => toggle(name), attributes), " "];
  });
}

function icon(outline) {
  if (!outline) return null;
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("class", "handout__icon");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", outline);
  made.append(path);
  return made;
}
