/* The worst case: storage fails, or the tablet cannot send. What is not with the server yet goes into a file.

   The file is {"format": "recorder-emergency/1", "made_at", "device", "programme", "logs": [{"id", "from_seq": 1,
   "head", "sealed", "key"}]}: each log whole, in the shape in which it is sent (docs/sync-api.md), sealed for the server
   alone. What rests sealed is taken as it is; what is in memory only, because storage failed, is sealed now. The server
   takes it with `recorder import` or on a page; what it has already is no duplicate. */

import { ZERO_HEAD } from "./chain.js";
import * as device from "./device.js";
import { button, element } from "./element.js";
import { isTaken } from "./outbox.js";
import { base64, forServer, newKey, places, sealText, usable } from "./vault.js";
import { t } from "./words.js";

export const FORMAT = "recorder-emergency/1";

/* The document of the file; `open` are the `OpenLog`s of this page. Storage that fails is done without. */
export async function emergency(open, storage = device, now = Date.now()) {
  const tablet = await storage.fact("device").catch(() => undefined);
  const inMemory = new Map(open.map((log) => [log.id, log]));
  const rows = (await storage.logs().catch(() => [])).filter((row) => !inMemory.has(row.id) && !isTaken(row));
  const parts = [
    ...rows.map((row) => resting(row, storage, tablet)),
    ...[...inMemory.values()].filter((log) => log.tape.length > 0).map(held),
  ];
  const logs = (await Promise.all(parts)).filter((part) => part.sealed.length > 0);
  const from = { device: tablet?.id ?? null, programme: tablet?.programme?.id ?? null };
  return { format: FORMAT, made_at: new Date(now).toISOString(), ...from, logs };
}

/* A log as it rests. One that an older version left unsealed gets a fresh key, which only the server opens. */
async function resting(row, storage, tablet) {
  const events = await storage.events(row.id).catch(() => []);
  if (row.key) return part(row.id, row.key, events.map((one) => one.sealed));
  const raw = newKey();
  const key = await usable(raw);
  const sealed = await Promise.all(events.map(({ seq, string }) => sealText(key, places.event(row.id, seq), string)));
  return part(row.id, await forServer(tablet.server_key, raw), sealed);
}

/* An open log, from memory: what waits to be stored is sealed already, the rest is sealed once more. */
async function held(log) {
  const waiting = new Map(log.queue.map((entry) => [entry.event.seq, entry]));
  const sealed = log.tape.map(async (event) => {
    const entry = waiting.get(event.seq);
    return entry
      ? (await log.sealed(entry)).sealed
      : sealText(log.key, places.event(log.id, event.seq), JSON.stringify(event));
  });
  return part(log.id, log.row.key, await Promise.all(sealed));
}

const part = (id, key, sealed) => ({ id, from_seq: 1, head: ZERO_HEAD, sealed: sealed.map(base64), key });

/* Save the file, and remember (where that is possible) up to where each log stands in it; resolves with its name and
   how many entries it holds. */
export async function save(open) {
  const made = await emergency(open);
  const name = `recorder-${made.made_at.slice(0, 16).replaceAll(/[:T]/g, "-")}.json`;
  const url = URL.createObjectURL(new Blob([JSON.stringify(made)], { type: "application/json" }));
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  const counts = Object.fromEntries(made.logs.map((log) => [log.id, log.sealed.length]));
  await device.keepFact("saved_file", counts).catch(() => undefined);
  return { name, entries: Object.values(counts).reduce((sum, count) => sum + count, 0) };
}

/* A button that saves the file, and says what became of it; `open` gives the open logs at the press. */
export function saveButton(open) {
  const said = element("p", { role: "status" });
  const act = async () => {
    const { name, entries } = await save(open());
    said.textContent = entries > 0
      ? t("The file {name} holds {n} entries. Give it to your supervisor, who brings it to the server.", {
          name,
          n: entries,
        })
      : t("Nothing waits on this tablet: the file {name} is empty.", { name });
  };
  const attributes = { class: "button button--large button--quiet", "data-act": "save-file" };
  return element("div", { class: "save-file" }, button(t("Save a file"), act, attributes), said);
}
