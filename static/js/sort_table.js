/* How do the cards of a sort lie? Pure: from the card moves of a log to groups, piles and what is wrong with them.

   A card waits until it is in a group of the first pass ("less", "between", "more"), then lies on a pile (1 is the
   least characteristic), or was not seen. Nothing is ever refused: a pile may be overfull, and says so. */

export const GROUPS = ["less", "between", "more"];
export const UNSEEN = "NOB";

/* The cards' ids in the order in which they are shown: mixed, in the same way each time for one `seed`, so that a set
   that is written pile by pile suggests no pile. Cards that are only numbers keep their order: they are looked up. */
export function shown(cards, seed) {
  const ids = cards.map((card) => card.id);
  if (!cards.some(hasWords)) return ids;
  const rank = new Map(ids.map((id) => [id, mixed(`${seed} ${id}`)]));
  return ids.sort((one, other) => rank.get(one) - rank.get(other) || (one < other ? -1 : 1));
}

/* Whether a card says something itself, or is only a number to look up. */
export function hasWords(card) {
  const texts = typeof card.text === "string" ? [card.text] : Object.values(card.text ?? {});
  return texts.some((text) => text.trim() !== "" && text !== card.id);
}

function mixed(text) {
  let hash = 0x811c9dc5; // FNV-1a, its bits stirred once more
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/* How the cards lie after `moves` (events {code, data: {group} | {pile}} that hold, in order): each pile in the order
   in which its cards came. `where` is the place of each card that has one. */
export function lay(order, distribution, moves) {
  const where = new Map();
  for (const { code, data } of moves) {
    where.delete(code); // what is put down again lies on top
    if (order.includes(code) && (data.group || data.pile !== null)) where.set(code, data);
  }
  const at = (wanted) => [...where.keys()].filter((card) => wanted(where.get(card)));
  return {
    where,
    waiting: order.filter((card) => !where.has(card)),
    groups: Object.fromEntries(GROUPS.map((name) => [name, at((place) => place.group === name)])),
    piles: distribution.map((_, place) => at(({ pile }) => pile === place + 1)),
    unseen: at(({ pile }) => pile === UNSEEN),
  };
}

/* The cards that lie on no pile yet, in the order in which they come to the hand: the clear ones first. */
export const inHand = ({ waiting, groups }) => [...waiting, ...groups.more, ...groups.less, ...groups.between];

/* The first and the last pile that a group usually goes to, of so many. */
export function usual(group, piles) {
  const third = Math.floor(piles / 3);
  if (group === "less") return [1, third];
  return group === "more" ? [piles - third + 1, piles] : [third + 1, piles - third];
}

/* What keeps a sort from being signed, card by card: {card, pile, kind}, `kind` "no_pile" or "too_many" (of an overfull
   pile the cards that came last). */
export function problems(table, distribution) {
  const many = table.piles.flatMap((cards, place) =>
    cards.slice(distribution[place]).map((card) => ({ card, pile: place + 1, kind: "too_many" })),
  );
  return [...inHand(table).map((card) => ({ card, pile: null, kind: "no_pile" })), ...many];
}

/* The last move that holds, of one card or of all; undefined before the first. */
export const lastMove = (moves, card = null) => moves.findLast((move) => card === null || move.code === card);
