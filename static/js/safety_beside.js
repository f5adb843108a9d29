/* A safety note beside another log: at any time in a visit, without stopping its clock or leaving its screen.

   The card opens as a dialog over the screen. The note is a log of its own with the same visit; both are open at once,
   each under its own lock. That it was begun, and that the dialog is open, stands in the other log's draft, so that
   a reload brings both back. */

import { alarm } from "./alarm.js";
import { Draft } from "./draft.js";
import { button, element } from "./element.js";
import { held } from "./lock.js";
import { OpenLog } from "./log.js";
import { OPENING } from "./safety.js";
import { safetyCard } from "./safety_card.js";
import { safetyForm } from "./safety_form.js";
import { t } from "./words.js";

const SOON_MS = 700;

/* What an open log has beside it: `open()` shows the dialog `made`, `alarms` stands over it when the note cannot be
   kept, `letGo()` ends the note's holding. */
export async function beside(app) {
  const opening = app.log.picture().opening;
  if (!opening.family || opening.kind === "safety") return null;
  const made = element("dialog", { class: "safety-beside", "aria-labelledby": "safety-beside" });
  const place = element("div", {});
  const alarms = element("div", {});
  const leave = () => made.close();
  let note = null;
  const take = (found) => {
    note = found;
    note.log.onWrite = () => app.outbox.written(SOON_MS);
    alarms.replaceChildren(alarm(note.log));
  };
  const begun = await takeUp(app);
  if (begun) take(begun);

  const begin = async (event) => {
    const [child, caregiver] = [opening.children[0], opening.caregivers[0]];
    const family = app.family(opening.family) ?? { id: opening.family, caregivers: [] };
    take(await app.opened(family, { child, caregiver, visit: opening.visit }, OPENING, null, event.timeStamp));
    app.draft.set("safety_note", note.log.id);
    draw();
    place.querySelector("input").focus();
  };
  const signed = () => {
    note.release();
    note = null;
    app.draft.set("safety_note", null);
    place.replaceChildren(
      element("p", { class: "message", role: "status" }, t("A safety note was written.")),
      element("div", { class: "actions" }, button(t("Go on"), leave, { class: "button button--large" })),
    );
    place.querySelector("button").focus();
  };
  const draw = () => {
    if (!note) return place.replaceChildren(choices(begin, leave));
    place.replaceChildren(safetyForm(note, { signed, later: leave, laterWords: t("Go on later") }));
  };
  const open = () => {
    app.draft.set("safety_open", true);
    draw();
    made.showModal();
  };
  made.addEventListener("close", () => app.draft?.set("safety_open", false));
  made.append(element("h2", { id: "safety-beside" }, t("Safety note")), safetyCard(app), place);
  return {
    made,
    alarms,
    open,
    openAgain: () => app.draft.get("safety_open") && !made.open && open(),
    isUnsaved: () => (note?.log.queue.length ?? 0) > 0,
    letGo: async () => {
      await note?.log.kept();
      note?.release();
    },
  };
}

function choices(begin, leave) {
  return element(
    "div",
    { class: "actions" },
    button(t("Write a note"), begin, { class: "button button--large", "data-act": "write-note" }),
    button(t("Close"), leave, { class: "button button--large button--quiet", "data-act": "leave-note" }),
  );
}

/* The note that was begun beside this log and is not signed yet. */
async function takeUp(app) {
  const id = app.draft.get("safety_note");
  const row = id && (await app.unlocked.log(id));
  const release = row && !row.done && (await held(id));
  if (!release) return null;
  return { log: await OpenLog.resume(app.unlocked, row), draft: await Draft.of(app.unlocked, id), release };
}
