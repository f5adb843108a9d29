/* A calm line where nothing is open: a newer version of the recorder is ready, or this one is too old for the server.

   It is only ever offered. Whoever does not press goes on with what she has. */

import { button, element } from "./element.js";
import { ask, inControl, isBusy, isOlder, newer, takeOver } from "./version.js";
import { t } from "./words.js";

export function update(app) {
  const place = element("div", { class: "update" });
  let asking = false;
  const look = async () => {
    if (asking || place.childElementCount > 0) return;
    asking = true;
    place.replaceChildren(...(await lines(app)));
    asking = false;
  };
  app.outbox.listeners.add(look);
  app.onLeave(() => app.outbox.listeners.delete(look));
  look();
  return place;
}

async function lines(app) {
  const worker = await newer();
  const known = await ask(inControl(), "version");
  const isTooOld = Boolean(app.leastVersion && known?.choice && isOlder(known.choice.release, app.leastVersion));
  if (worker ? await isBusy() : !isTooOld) return [];
  const why = isTooOld
    ? t("This version of the recorder is old: the server asks for a newer one. You can go on recording.")
    : t("A newer version of the recorder is ready.");
  const then = worker ? offer(worker) : t("It comes with the next good network.");
  return [element("p", { class: "message" }, why, " ", then)];
}

function offer(worker) {
  const said = element("span", { role: "status" });
  const act = async (event) => {
    const { target } = event;
    if (await isBusy()) {
      return said.replaceChildren(" ", t("Something is being saved or sent. Please try again in a moment."));
    }
    target.disabled = true;
    if (await takeOver(worker)) return;
    target.disabled = false;
    said.replaceChildren(" ", t("It could not be brought. This version goes on working."));
  };
  return [button(t("Update"), act, { class: "button button--quiet", "data-act": "update" }), said];
}
