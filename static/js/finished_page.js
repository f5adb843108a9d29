/* What stands on a family's page, word for word? Pure; `recorder/feedback/sheet.py` is the same in Python, and a test
   holds them equal: what the family sees at the end of the visit is what is printed later.

   A page is {language, title, about, sections, foot}; a section {key, heading, paragraphs, lines} (`lines` to write
   on); a paragraph {label, pieces}. A piece {text, place} says where in the approved words it comes from ("strengths.0",
   "step.what"); what the family cannot strike has no place. */

import { fill, trimmed } from "./propose/text.js";
import { headings, minutes, telephone as number } from "./propose/sentences.js";

const IDEA_LINES = 2;
const LINE_ENDS = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;
const SPANISH_I = /^h?[ií](?![aeo])/i;

/* Make the page from the approved words (`data` of a `sheet` event). `visited` is what it says of the visit: {child,
   caregiver, visitor, telephone, observed (ms), day ("2026-03-02")}; `wording` that of its language. */
export function finished(data, visited, wording) {
  const named = headings(wording, visited.child);
  return {
    language: data.language,
    title: named.title,
    about: about(data, visited, wording).filter(Boolean),
    sections: sections(data, named, wording).filter((one) => one.paragraphs.length > 0 || one.lines > 0),
    foot: foot(data, visited, named, wording),
  };
}

/* The words of a paragraph in a row. */
export const said = ({ pieces }) => pieces.map((piece) => piece.text).join(" ");

/* Every word of a page in reading order, a paragraph a line. */
export function textOf(page) {
  const line = (part) => [part.label, said(part)].filter(Boolean).join(" ");
  const parts = page.sections.flatMap((section) => [section.heading, ...section.paragraphs.map(line)]);
  return [page.title, page.about.join(" · "), ...parts, ...page.foot.map(line)].filter(Boolean).join("\n");
}

function about(data, { day, child, caregiver, visitor }, wording) {
  const isShown = data.show?.who ?? true;
  return [
    day ? dated(day, wording.date, data.language) : "",
    isShown && caregiver ? together([child, caregiver], data.language, wording) : "",
    visitor ? fill(wording.visitor, { visitor }) : "",
    data.draft ? wording.draft ?? "" : "",
  ];
}

function sections(data, named, wording) {
  const section = (key, heading, paragraphs, lines = 0) => ({ key, heading, paragraphs, lines });
  const steps = ["step", "second_step"].filter((which) => data[which]);
  const idea = trimmed(data.idea ?? "");
  return [
    section(
      "strengths",
      named.strengths,
      (data.strengths ?? []).flatMap(({ text }, place) => paragraph(text, `strengths.${place}`)),
    ),
    section("shown", named.shown, paragraph(data.shown?.text, "shown")),
    ...steps.map((which, place) =>
      section("step", place === 0 ? named.step : named.second_step, step(data, which, named, wording)),
    ),
    section(
      "idea",
      named.idea,
      idea.split(LINE_ENDS).flatMap((line) => paragraph(line, "idea")),
      idea ? 0 : IDEA_LINES,
    ),
    section("for_you", named.for_you, forYou(data, steps, wording)),
  ];
}

function step(data, which, named, wording) {
  const { when, what, say, helps } = data[which];
  const spoken = trimmed(say ?? "");
  return [
    ...paragraph(when, `${which}.when`, named.when),
    ...paragraph(what, `${which}.what`),
    ...paragraph(spoken && quoted(spoken, wording), `${which}.say`, named.say),
    ...paragraph(helps, `${which}.helps`, named.helps),
  ];
}

/* The care that goes with steps about crying comes first, then the line on the caregiver's own support. */
function forYou(data, steps, wording) {
  const care = [...new Set(steps.map((which) => data[which].care ?? ""))].map((text) => ({ text: trimmed(text) }));
  const own = { text: trimmed(data.for_you ?? ""), place: "for_you" };
  const pieces = [...care, own].filter((piece) => piece.text);
  const { name = "", phone = "" } = data.contact ?? {};
  const call = data.contact ? fill(wording.contact, { name, phone: number(phone, data.language) }) : "";
  return [...(pieces.length > 0 ? [{ label: "", pieces }] : []), ...paragraph(call)];
}

function foot(data, { observed, telephone }, named, wording) {
  const count = minutes(observed);
  const coming = data.next_visit;
  const first = [];
  if (coming && (data.show?.next_visit ?? true)) {
    first.push([dated(coming.date, wording.day, data.language), coming.time].filter(Boolean).join(", "));
  }
  const label = first.length > 0 ? `${named.next}:` : "";
  if (telephone && (data.show?.telephone ?? true)) first.push(number(telephone, data.language));
  const snapshot = fill(wording.snapshot[count === 1 ? "one" : "many"], { n: String(count) });
  return [...paragraph(first.join(" · "), undefined, label), ...paragraph(`${snapshot} ${wording.copies}`)];
}

function paragraph(text, place = undefined, label = "") {
  const words = trimmed(text ?? "");
  return words ? [{ label, pieces: [{ text: words, ...(place && { place }) }] }] : [];
}

/* A spoken sentence in its language's quotation marks. */
function quoted(text, { quote }) {
  const inner = quote.drop && text.endsWith(quote.drop) ? text.slice(0, -quote.drop.length) : text;
  return `${quote.open}${inner}${quote.close}`;
}

/* Names in a row: "Mia and Luis"; Spanish says "e" before the sound of i. */
function together(names, language, wording) {
  const last = names.at(-1);
  const joint = language === "es" && SPANISH_I.test(last) ? " e " : wording.and;
  return `${names.slice(0, -1).join(", ")}${joint}${last}`;
}

/* A day in a pattern of the wording: MMMM the month, M its number, EEEE the weekday, d and y; what is quoted stands as it is. */
function dated(day, pattern, language) {
  const form = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  const parts = new Intl.DateTimeFormat(`${language}-u-nu-latn`, form).formatToParts(Date.parse(day));
  const value = (type) => parts.find((part) => part.type === type).value;
  const names = { MMMM: "month", EEEE: "weekday", d: "day", y: "year" };
  const month = String(Number(day.slice(5, 7)));
  const written = (token) => (token === "M" ? month : value(names[token]));
  return pattern.replace(/'([^']*)'|MMMM|EEEE|M|d|y/g, (token, literal) => literal ?? written(token));
}
