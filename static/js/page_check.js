/* Which words of a page are labels, may hurt, are hard to read or cannot be printed? It is shown beside each field. */

import { remark } from "./field.js";
import * as drafts from "./page_draft.js";
import { findings } from "./page_proposal.js";

const CHECK_MS = 600;

/* Check once she has stopped typing. */
export function soon(state) {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => check(state).catch(() => undefined), CHECK_MS);
}

/* Show beside each field what was found in it; resolves with whether the page may be approved. What she wrote beside
   sentences that she does not read is in her own language, and is checked in it. */
export async function check(state) {
  const { writes, now, page, app } = state;
  const asked = drafts.texts(page, { own: !writes });
  const language = writes ? now.language : app.pulled.account.language;
  const known = Object.keys(asked).length > 0 ? await findings(app, language, asked) : {};
  let fine = true;
  for (const [name, field] of state.fields) {
    const found = (known[name] ?? []).map(
      (one) => ({ message: one.message, stops: one.level === "blocked" || one.level === "glyph" }),
    );
    if (found.some((one) => one.stops)) fine = false;
    remark(field, found);
  }
  return fine;
}
