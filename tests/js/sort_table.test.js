import assert from "node:assert/strict";
import { test } from "node:test";

import * as table from "../../static/js/sort_table.js";
import * as tape from "../../static/js/tape.js";

const CARDS = ["a", "b", "c", "d", "e", "f"].map((id) => ({ id, text: { en: `Card ${id}` } }));
const ORDER = CARDS.map((card) => card.id);
const PILES = [2, 2, 2];

/* The moves that hold after verbs of the tape: [verb, ...arguments]. */
function moved(...acts) {
  const events = [JSON.parse(tape.open({ kind: "sort" }))];
  for (const [verb, ...rest] of acts) events.push(JSON.parse(tape[verb](events, events.length * 10, ...rest)));
  return tape.project(events).moves;
}

const lie = (...acts) => table.lay(ORDER, PILES, moved(...acts));

test("before the first move every card waits", () => {
  const { waiting, piles, unseen, groups } = lie();
  assert.deepEqual([waiting, piles, unseen], [ORDER, [[], [], []], []]);
  assert.deepEqual(groups, { less: [], between: [], more: [] });
});

test("a card is in one place only, the last one; a pile keeps the order in which its cards came", () => {
  const now = lie(
    ["group", "a", "more"],
    ["group", "b", "less"],
    ["place", "a", 3],
    ["place", "c", 1],
    ["place", "b", 1],
    ["place", "c", 1],
    ["place", "d", "NOB"],
    ["place", "e", 2],
    ["place", "e", null],
  );
  assert.deepEqual(now.piles, [["b", "c"], [], ["a"]]);
  assert.deepEqual([now.unseen, now.waiting], [["d"], ["e", "f"]]);
  assert.deepEqual(now.groups, { less: [], between: [], more: [] });
});

test("taking a move back puts the card where it was before", () => {
  const acts = [["group", "a", "more"], ["place", "a", 3], ["place", "a", 2]];
  assert.deepEqual(lie(...acts, ["undo", 4]).piles, [[], [], ["a"]]);
  assert.deepEqual(lie(...acts, ["undo", 4], ["undo", 3]).groups.more, ["a"]);
  assert.deepEqual(lie(...acts, ["undo", 4], ["undo", 3], ["undo", 2]).waiting, ORDER);
});

test("the last move is of all cards or of one", () => {
  const moves = moved(["place", "a", 3], ["place", "b", 2], ["place", "a", 1], ["undo", 4]);
  assert.equal(table.lastMove(moves).seq, 3);
  assert.equal(table.lastMove(moves, "a").seq, 2);
  assert.equal(table.lastMove(moves, "c"), undefined);
});

test("the hand holds what lies on no pile: what waits, then the clear groups, then what is in between", () => {
  const now = lie(["group", "a", "between"], ["group", "b", "less"], ["group", "c", "more"], ["place", "d", 1]);
  assert.deepEqual(table.inHand(now), ["e", "f", "c", "b", "a"]);
});

test("a full table has no problem; a card too many and a card on no pile are named", () => {
  const full = ORDER.map((card, place) => ["place", card, Math.floor(place / 2) + 1]);
  assert.deepEqual(table.problems(lie(...full), PILES), []);
  assert.deepEqual(table.problems(lie(...full, ["place", "f", 1], ["group", "e", "more"]), PILES), [
    { card: "e", pile: null, kind: "no_pile" },
    { card: "f", pile: 1, kind: "too_many" },
  ]);
});

test("what was not seen leaves its pile short, and that is no problem", () => {
  const acts = [["place", "a", 1], ["place", "b", 1], ["place", "c", 2], ["place", "d", 2], ["place", "e", 3]];
  assert.deepEqual(table.problems(lie(...acts, ["place", "f", "NOB"]), PILES), []);
});

test("each group has its usual piles", () => {
  assert.deepEqual(table.GROUPS.map((group) => table.usual(group, 9)), [[1, 3], [4, 6], [7, 9]]);
  assert.deepEqual(table.GROUPS.map((group) => table.usual(group, 11)), [[1, 3], [4, 8], [9, 11]]);
  assert.deepEqual(table.GROUPS.map((group) => table.usual(group, 2)), [[1, 0], [1, 2], [3, 2]]);
});

test("cards with words are mixed, in the same way for one log and in another way for the next", () => {
  const cards = Array.from({ length: 36 }, (_, place) => ({ id: `${place}`, text: { en: `Does ${place}` } }));
  const ids = cards.map((card) => card.id);
  const one = table.shown(cards, "log one");
  assert.deepEqual(one, table.shown(cards, "log one"));
  assert.notDeepEqual(one, table.shown(cards, "log two"));
  assert.notDeepEqual(one, ids);
  assert.deepEqual([...one].sort((a, b) => a - b), ids);
});

test("the first card of a mixed set is any card: over many logs every one of them", () => {
  const firsts = new Map();
  for (let log = 0; log < 600; log++) {
    const [first] = table.shown(CARDS, `0195f3a0-7c2e-7000-8000-${log}`);
    firsts.set(first, (firsts.get(first) ?? 0) + 1);
  }
  assert.equal(firsts.size, CARDS.length);
  for (const count of firsts.values()) assert.ok(count > 50 && count < 150, String(count));
});

test("cards that are only numbers keep their order", () => {
  const cards = ["1", "2", "10"].map((id) => ({ id, text: { en: id } }));
  assert.deepEqual(table.shown(cards, "any"), ["1", "2", "10"]);
  assert.deepEqual(table.shown([{ id: "1" }, { id: "2", text: { en: "" } }], "any"), ["1", "2"]);
});
