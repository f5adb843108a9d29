/* What happened in one observation, as events that are only ever added?

   Pure: times (whole milliseconds since the start) and ids are arguments. A tape is a list of parsed events
   {seq, t, kind, code?, data?}; each verb returns the exact JSON string of the next one, and that string is what is
   stored, hashed and sent. Undoing and correcting are events too; `project` says what all of them together mean. */

export const DOUBLE_TAP_MS = 250;
export const STRIKE_MS = 30_000;
export const FEWEST_MS = 180_000;

const STEPS = new Set(["tap", "flag", "pause", "view"]);

function next(tape, t, kind, code, data) {
  const event = { seq: tape.length + 1, t: Math.max(isVideo(tape) ? 0 : (tape.at(-1)?.t ?? 0), Math.round(t)), kind };
  if (code !== undefined) event.code = code;
  if (data !== undefined) event.data = data;
  return JSON.stringify(event);
}

/* Whether it is coded from a video: then the clock is the video's, and may run backwards. */
export const isVideo = (tape) => Boolean(tape[0]?.data?.video);

export const open = (opening) => next([], 0, "open", undefined, opening);
export const tap = (tape, t, code, data) => next(tape, t, "tap", code, data);
export const undo = (tape, t, seq) => next(tape, t, "void", undefined, { seq });
export const pause = (tape, t, on) => next(tape, t, "pause", undefined, { on });
export const view = (tape, t, out) => next(tape, t, "view", undefined, { out });
export const review = (tape, t, seq, answer, note) => next(tape, t, "review", undefined, { seq, answer, note });
export const note = (tape, t, code, text) => next(tape, t, "note", code, { text });
export const idea = (tape, t, text) => next(tape, t, "idea", undefined, { text });
export const tried = (tape, t, sheet, answer) => next(tape, t, "tried", undefined, { sheet, answer });
export const sheet = (tape, t, words) => next(tape, t, "sheet", undefined, words);
export const end = (tape, t) => next(tape, t, "end");
export const abort = (tape, t, reason, words) => next(tape, t, "abort", undefined, { reason, note: words });
export const close = (tape, t) => next(tape, t, "close");
/* Both clocks now; `server` is {offset, error} in ms: what leads from this wall clock to the server's. */
export const anchor = (tape, t, wall, server = {}) => next(tape, t, "anchor", undefined, { wall, ...server });
export const gap = (tape, t, ms) => next(tape, t, "gap", undefined, { ms: Math.round(ms) });

/* A moment worth keeping, or one to ask the supervisor about: `at` is when it was, its note came later. */
export const keep = (tape, t, kind, note, at) => flag(tape, t, "KEEP", { kind, note }, at);
export const ask = (tape, t, note, at) => flag(tape, t, "ASK", { note }, at);

function flag(tape, t, code, data, at) {
  if (isVideo(tape)) return next(tape, Math.max(t, at), "flag", code, { ...data, at: Math.round(at) });
  const latest = Math.max(tape.at(-1)?.t ?? 0, Math.round(t));
  return next(tape, t, "flag", code, { ...data, at: Math.min(Math.round(at), latest) });
}

/* A rating: a whole number, "NOB" (not observed), or null, which takes it back. */
export function rate(tape, t, instrument, scale, value, words) {
  return next(tape, t, "rating", scale, { instrument, value, note: words });
}

/* Two scale sets may each have a scale of one name. */
export const ratingKey = (instrument, scale) => `${instrument} ${scale}`;

/* A card of a sort goes to a pile: 1 is the least characteristic, "NOB" a card whose like was never seen, null takes
   it off the table. In the first pass it goes to a `group` ("less", "between", "more") and to no pile yet. */
export const place = (tape, t, card, pile) => next(tape, t, "place", card, { pile });
export const group = (tape, t, card, name) => next(tape, t, "place", card, { group: name });

/* An answer to a question: a whole number, "NA" (does not apply), or null, which takes it back. */
export const answer = (tape, t, question, value) => next(tape, t, "answer", question, { value });

/* Strike the last 30 seconds: their taps and flags are void, and the span counts as out of view. */
export function strike(tape, t) {
  const to = Math.max(tape.at(-1)?.t ?? 0, Math.round(t));
  return next(tape, to, "void", undefined, { from: Math.max(0, to - STRIKE_MS), to });
}

/* The void that undoes this step or, where it is struck, brings it back; null when nothing can. */
export function toggle(tape, t, seq) {
  const event = tape[seq - 1];
  const strikes = strikesOf(tape).filter((mark) => covers(mark, event));
  if (strikes.length === 0) return undo(tape, t, seq);
  return undo(tape, t, strikes.at(-1).seq);
}

/* The same button within 250 ms is one tap. */
export function isDoubleTap(previous, now) {
  return previous !== undefined && now - previous < DOUBLE_TAP_MS;
}

/* What the events mean together. Times in ms; `observed` leaves out what was `unseen`: pauses and what was out of view.
   `steps` are what a person did, in order, each with `struck`; `moves` the places of cards that were not taken back, in
   order; ratings (known by `ratingKey`), notes, answers and whether a step was `tried` (by its sheet) are the last that
   count. */
export function project(tape, now = 0) {
  const strikes = strikesOf(tape);
  const struck = new Set(
    tape.filter((event) => strikes.some((mark) => covers(mark, event))).map((event) => event.seq),
  );
  const effective = tape.filter((event) => !struck.has(event.seq));
  const stop = effective.find((event) => event.kind === "end" || event.kind === "abort");
  const video = isVideo(tape);
  const length = stop ? stop.t : video ? tape[0].data.video.length_ms : Math.max(now, tape.at(-1)?.t ?? 0);
  const reviews = lastBy(effective, "review", (event) => event.data.seq);
  for (const [seq, answer] of reviews) if (answer.answer === "mistake") struck.add(seq);
  const spans = video ? unplayed(effective, length, stop ? length : now) : spansOf(effective, strikes, length);
  const unseen = merged([...spans.paused, ...spans.out]);
  return {
    opening: tape[0]?.data ?? null,
    steps: stepsOf(tape, struck),
    length,
    spent: length - total(merged(spans.paused)),
    observed: length - total(unseen),
    unseen,
    paused: Boolean(lastOf(effective, "pause")?.data.on ?? video),
    out: Boolean(lastOf(effective, "view")?.data.out),
    ended: stop?.kind === "end",
    aborted: stop?.kind === "abort" ? stop.data : null,
    closed: effective.some((event) => event.kind === "close"),
    reviews,
    notes: lastBy(effective, "note", (event) => event.code, (event) => event.data.text),
    ratings: lastBy(effective, "rating", (event) => ratingKey(event.data.instrument, event.code)),
    moves: effective.filter((event) => event.kind === "place"),
    answers: lastBy(effective, "answer", (event) => event.code, (event) => event.data.value),
    tried: lastBy(effective, "tried", (event) => event.data.sheet, (event) => event.data.answer),
    idea: lastOf(effective, "idea")?.data.text ?? "",
    sheet: lastOf(effective, "sheet")?.data ?? null,
  };
}

/* What the end review asks about: rough moments, needs-a-break cues (outside the rate) and questions to the
   supervisor. `scheme` is the instrument's document. A step that was called a mistake can still be taken up again. */
export function toReview(tape, scheme) {
  const rough = codesOf(scheme.responses, (one) => one.harsh || one.takes_over);
  const apart = codesOf(scheme.cues, (one) => one.in_rate === false);
  const { reviews, steps } = project(tape);
  return steps
    .filter((step) => !step.struck || reviews.get(step.seq)?.answer === "mistake")
    .filter((step) => step.code === "ASK" || (step.kind === "tap" && (rough.has(step.code) || apart.has(step.code))))
    .map((step) => ({ ...step, about: step.code === "ASK" ? "ask" : rough.has(step.code) ? "rough" : "break" }));
}

const codesOf = (items, wanted) => new Set(items.filter(wanted).map((one) => one.code));

/* The voids that hold: going backwards, a void counts unless a later one that counts names it. */
function strikesOf(tape) {
  const voided = new Set();
  const holding = [];
  for (const event of [...tape].reverse()) {
    if (event.kind !== "void" || voided.has(event.seq)) continue;
    holding.unshift(event);
    if (event.data.seq !== undefined) voided.add(event.data.seq);
  }
  return holding;
}

function covers(mark, event) {
  if (mark.data.seq !== undefined) return mark.data.seq === event.seq;
  const counted = event.kind === "tap" || event.kind === "flag";
  return counted && event.t >= mark.data.from && event.t <= mark.data.to;
}

function stepsOf(tape, struck) {
  const holds = new Set(strikesOf(tape).map((mark) => mark.seq));
  return tape
    .filter((event) => STEPS.has(event.kind) || (event.kind === "void" && event.data.from !== undefined))
    .map((event) => ({ ...event, struck: event.kind === "void" ? !holds.has(event.seq) : struck.has(event.seq) }));
}

function spansOf(effective, strikes, length) {
  const struck = strikes.map((mark) => mark.data).filter(({ from }) => from < length); // a void of one event has no `from`
  const ranges = struck.map(({ from, to }) => [from, Math.min(to, length)]);
  return {
    paused: switched(effective, "pause", "on", length),
    out: [...switched(effective, "view", "out", length), ...ranges],
  };
}

/* Of a video all is a pause that was not played with coding on; what is played twice is seen once. */
function unplayed(effective, length, now) {
  const played = merged(runs(effective, "pause", (data) => !data.on, now));
  const edges = [0, ...played.flat(), length];
  const paused = edges.flatMap((edge, place) => (place % 2 === 0 && edge < edges[place + 1] ? [[edge, edges[place + 1]]] : []));
  return { paused, out: runs(effective, "view", (data) => data.out, now) };
}

/* From each switch on to the next switch off, in the order in which they were made; what is still on lasts until now. */
function runs(effective, kind, isOn, now) {
  const spans = [];
  let since = null;
  for (const { t, data } of effective.filter((one) => one.kind === kind)) {
    if (isOn(data) && since === null) since = t;
    if (!isOn(data) && since !== null) {
      spans.push([since, t]);
      since = null;
    }
  }
  if (since !== null) spans.push([since, now]);
  return spans.filter(([from, to]) => from < to);
}

function switched(effective, kind, key, length) {
  const spans = [];
  let since = null;
  for (const event of effective.filter((one) => one.kind === kind && one.t <= length)) {
    if (event.data[key] && since === null) since = event.t;
    if (!event.data[key] && since !== null) {
      spans.push([since, event.t]);
      since = null;
    }
  }
  if (since !== null) spans.push([since, length]);
  return spans;
}

function merged(spans) {
  const result = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

const total = (spans) => spans.reduce((sum, [from, to]) => sum + to - from, 0);
const lastOf = (events, kind) => events.findLast((event) => event.kind === kind);

function lastBy(events, kind, key, value = (event) => event.data) {
  return new Map(events.filter((event) => event.kind === kind).map((event) => [key(event), value(event)]));
}
