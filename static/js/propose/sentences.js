/* In which words does a family read what was chosen? Pure; `recorder/feedback/words.py` is the same in Python, and the
   wording (`recorder/feedback/wording`) is the same file. */

import { directionOf } from "./direction.js";
import { entry, fill } from "./text.js";
import { warning, why } from "./why.js";

const START_MS = 30_000;
const RIGHT_AWAY_MS = 1_500;
const SOON_MS = 20_000;
const HALF_MINUTE_MS = 45_000;

/* The proposal in words, each line with why it was chosen. `facts`: {child, childId, visitor, visitorLanguage,
   contact: {name, phone}, steps}: `steps` are the words of the programme's own steps, by key. */
export function compose(proposal, facts, language, wording) {
  const writer = new Writer(wording, facts, language, proposal.length);
  const step = (one) => writer.step(one, proposal.distress);
  return {
    language,
    child: { id: facts.childId, name: facts.child },
    minutes: minutes(proposal.observed),
    cues: proposal.cues,
    strengths: proposal.strengths.map((one) => writer.strength(one)),
    more_strengths: proposal.moreStrengths.map((one) => writer.strength(one, new Set(writer.said))),
    shown: proposal.shown && writer.shown(proposal.shown),
    more_shown: proposal.moreShown.map((one) => writer.shown(one)),
    step: step(proposal.step),
    more_steps: proposal.moreSteps.filter((one) => writer.stepWords(one)).map(step),
    on_request: proposal.onRequest.filter((one) => writer.stepWords(one)).map(step),
    own_words: fill(wording.in_words_of, { visitor: facts.visitor }),
    for_you: writer.fill(wording.for_you),
    headings: headings(wording, facts.child),
    warnings: proposal.warnings.map(warning),
  };
}

/* A length of time in whole minutes, never less than one. */
export const minutes = (ms) => Math.max(1, Math.floor((ms + 30_000) / 60_000));

/* A telephone number as it is read in a language: among words from right to left its groups stay in their order. */
export const telephone = (number, language) =>
  directionOf(language) === "rtl" ? number.replaceAll(" ", "\u00a0") : number;

export function headings(wording, child) {
  const named = Object.entries(wording.headings).map(([key, text]) => [key, fill(text, { child })]);
  return { title: fill(wording.title, { child }), ...Object.fromEntries(named), ...wording.labels };
}

/* Writes the lines of one page, and remembers what it `said` already: no "About 1 minute in" twice. */
class Writer {
  constructor(words, facts, language, length) {
    Object.assign(this, { words, facts, language, length, said: new Set() });
  }

  fill(text, note = "") {
    const { child, visitor, contact } = this.facts;
    const phone = telephone(contact.phone, this.language);
    return fill(text, { child, visitor, contact: contact.name, phone, note });
  }

  strength(strength, said = this.said) {
    return {
      key: strength.key,
      type: strength.types[0] ?? null,
      types: strength.types,
      text: strength.key === "S10" ? this.kept(strength, said) : this.moment(strength, said),
      why: why(strength.key, strength.reasons),
    };
  }

  shown({ key, type, detail, note, reasons }) {
    const known = this.words.shown;
    const isKept = key === "keep";
    const text = isKept ? known[`keep.${detail}`] : entry(known, type) ?? known.other;
    return {
      key: isKept ? `keep_${detail}` : `shown_${type.toLowerCase()}`,
      type,
      text: this.fill(text, this.note(note)),
      why: why(isKept ? "keep" : "shown", reasons),
    };
  }

  /* The words of a step, undefined without any: one of the programme's own may have none in this language. */
  stepWords({ key }) {
    const { step: known } = this.words;
    return entry(this.facts.steps, key) ?? entry(known, key) ?? entry(known, `${key.split("_")[0]}_other`);
  }

  step(one, distress) {
    const { key, type, reasons } = one;
    const { when, what, say, helps } = this.stepWords(one);
    return {
      key,
      type,
      when: this.fill(when),
      what: this.fill(what),
      say: this.fill(say),
      helps: this.fill(helps),
      care: distress.has(type) ? this.fill(this.words.care) : "",
      why: why(key, reasons),
    };
  }

  /* A lead where the strength has one, then the moment: what happened, what you did, what came next. */
  moment({ key, detail, moment }, said) {
    const isRepair = key === "S7";
    const lead = (!(isRepair && moment?.cue) && entry(this.words.strength, detail ? `${key}.${detail}` : key)) || "";
    const sentences = lead ? [this.fill(lead)] : [];
    if (moment?.cue) sentences.push(this.when(moment, said) + this.of("cue", moment.cue));
    if (moment?.response && (moment.cue || isRepair)) sentences.push(this.answer(moment));
    if (moment?.next) sentences.push(this.then(moment));
    else if (!lead || isRepair) sentences.push(this.closing(said));
    return sentences.join(" ");
  }

  kept({ detail, note, moment }, said) {
    const text = this.fill(this.words.strength[`S10.${detail}`], this.note(note));
    return detail === "own" || !moment ? text : this.when(moment, said) + text;
  }

  /* The visitor's own words, named as hers when the page is in another language. */
  note(note) {
    const { visitor, visitorLanguage } = this.facts;
    if (!note || !visitorLanguage || visitorLanguage === this.language) return note;
    return fill(this.words.in_words_of, { visitor, note });
  }

  when({ t }, said) {
    const known = this.words.when;
    const count = minutes(t);
    const near = t < START_MS ? known.start : this.length - t <= START_MS ? known.end : null;
    const phrase = near ?? fill(count === 1 ? known.one : known.many, { n: String(count) });
    if (said.has(phrase)) return "";
    said.add(phrase);
    return phrase;
  }

  of(group, code) {
    const known = this.words[group];
    return this.fill(entry(known, code) ?? known.other);
  }

  answer({ cue, response, latency }) {
    const { fast, response: plain } = this.words;
    const tables = latency !== null && latency <= RIGHT_AWAY_MS ? [fast, plain] : [plain];
    const found = tables.flatMap((table) => [entry(table, `${cue}.${response}`), entry(table, response)]);
    return this.fill(found.find((text) => text !== undefined) ?? plain.other);
  }

  then({ t, response, latency, nextAt, next, again }) {
    const began = response === "REPAIR" ? t + (latency ?? 0) : t;
    const gap = nextAt - began;
    const { soon, half, minute } = this.words.then;
    const opening = gap <= SOON_MS ? soon : gap <= HALF_MINUTE_MS ? half : minute;
    return opening + this.of(again ? "again" : "cue", next);
  }

  closing(said) {
    const { closing } = this.words;
    const words = closing.find((one) => !said.has(one)) ?? closing[0];
    said.add(words);
    return this.fill(words);
  }
}
