/* What does this tablet keep? The only file that touches storage (IndexedDB).

   `events`: one row an event {log, seq, sealed}; a row of version 1 holds `string` until its person's first unlock.
   `logs`: one row a log, in clear what sending needs without anybody's key:
     {id, user, vault (id), kind, created (ms), mark (equal for the logs of one visit), count, head (of the tail), closed, done,
      acknowledged {upto, head}, aside [{seq, code}], parted, key (base64, for the server), server (mark of its key)}
     and sealed what is a family's: wrapped (the log's key), private (family, visit, child, start, scheme).
   `facts`: named values; a person's own are sealed and named `u:<user>:<name>`, her vault is `vault:<user>`.
   What is sealed is made and opened in `unlocked.js`; here it is bytes.

   "Kept" is said only when the transaction is complete and, with `strict` durability, flushed to disk. A connection
   that died is never used again: three tries, each on a fresh handle; opening is given up after three seconds. The
   canary tells a database that was kept from a new and empty one; its copy outside tells a loss between two starts. */

import { uuid7 } from "./uuid7.js";

const NAME = "recorder";
const VERSION = 2;
const OPEN_MS = 3000;
const TRIES = 3;
const CANARY = "canary";

let handle = null; // the promise of an open connection
let canary = null;
let lost = null;

/* Storage is gone that was there a moment ago: nothing may be called saved any more. */
export class StorageLost extends Error {}

/* Another event already stands at this place of the log. */
export class SeqTaken extends Error {}

/* Add sealed events, and what they make of their log's row: `tail` {count, head, closed}; with the first event `log`
   is the whole row. Resolves when all is on disk. */
export function addEvents(rows, tail, log = null) {
  return attempt(["events", "logs"], "readwrite", async (transaction) => {
    const [events, logs] = ["events", "logs"].map((name) => transaction.objectStore(name));
    const adding = rows.map((row) => added(events, row));
    const known = await answer(logs.get(rows[0].log));
    if (!known && !log) throw new StorageLost("the log of this event is gone");
    logs.put({ ...(known ?? log), ...tail });
    await Promise.all(adding);
  });
}

/* The rows of a log from a seq on, in order, at most `limit`. */
export function events(log, from = 1, limit = undefined) {
  return attempt(["events"], "readonly", (transaction) =>
    answer(transaction.objectStore("events").getAll(placesOf(log, from), limit)),
  );
}

/* Every log on this tablet, oldest first (their ids sort by time). */
export function logs() {
  return attempt(["logs"], "readonly", (transaction) => answer(transaction.objectStore("logs").getAll()));
}

/* Change what is known of a log: `change` gets its row and returns the new one; a log that is gone stays so. */
export function changeLog(id, change) {
  return attempt(["logs"], "readwrite", async (transaction) => {
    const store = transaction.objectStore("logs");
    const row = await answer(store.get(id));
    if (row) store.put(change(row));
  });
}

/* Put sealed rows in the place of a log's unsealed ones, all at once with the log's new row. */
export function resealLog(rows, log) {
  return attempt(["events", "logs"], "readwrite", async (transaction) => {
    const events = transaction.objectStore("events");
    for (const row of rows) events.put(row);
    transaction.objectStore("logs").put(log);
  });
}

/* Take a log off this tablet with all its events. */
export function removeLog(id) {
  return attempt(["events", "logs"], "readwrite", async (transaction) => {
    transaction.objectStore("events").delete(placesOf(id, 1));
    transaction.objectStore("logs").delete(id);
  });
}

/* A named fact, or undefined. */
export function fact(name) {
  return attempt(["facts"], "readonly", (transaction) => answer(transaction.objectStore("facts").get(name)));
}

/* Keep a fact under a name; undefined forgets it. */
export function keepFact(name, value) {
  return keepFacts([[name, value]]);
}

/* Keep several facts at once, all or none. */
export function keepFacts(entries) {
  return attempt(["facts"], "readwrite", async (transaction) => {
    const store = transaction.objectStore("facts");
    for (const [name, value] of entries) {
      if (value === undefined) store.delete(name);
      else store.put(value, name);
    }
  });
}

/* The facts whose names begin so, as [name, value], in the order of their names. */
export function facts(prefix) {
  return attempt(["facts"], "readonly", async (transaction) => {
    const store = transaction.objectStore("facts");
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    const asked = [store.getAllKeys(range), store.getAll(range)].map(answer);
    const [names, values] = await Promise.all(asked);
    return names.map((name, place) => [name, values[place]]);
  });
}

/* Ask that nothing here is cleared to make room; resolves with whether that is promised. */
export async function persist() {
  return (await navigator.storage?.persist?.().catch(() => false)) ?? false;
}

/* {free, persisted}: the bytes that may still be kept (null where the browser does not say), and whether it promised
   to clear nothing. */
export async function space() {
  const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  const persisted = (await navigator.storage?.persisted?.().catch(() => false)) ?? false;
  return { free: quota === undefined ? null : quota - usage, persisted };
}

/* What storage lost between two starts: {unsent, entries} as they were last seen, or null. It is kept as the fact
   `loss` until the server was told. */
export async function loss() {
  const known = await fact("loss");
  if (lost) await keepFact("loss", lost);
  return lost ?? known ?? null;
}

/* Beside the database: what a loss would take with it, so that it can be told afterwards. */
export function noteUnsent(unsent, entries) {
  if (canary) outside({ canary, unsent, entries });
}

async function attempt(stores, mode, work) {
  for (let tries = 1; ; tries++) {
    try {
      return await once(stores, mode, work);
    } catch (error) {
      forget();
      if (tries === TRIES || error instanceof StorageLost || error instanceof SeqTaken) throw error;
    }
  }
}

async function once(stores, mode, work) {
  handle ??= opened();
  const transaction = (await handle).transaction(stores, mode, { durability: "strict" });
  const complete = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new Error("storage gave up"));
  });
  complete.catch(() => undefined); // `work` may fail first; its error is the one to report
  let result;
  try {
    result = await work(transaction);
  } catch (error) {
    stop(transaction);
    throw error;
  }
  await complete;
  return result;
}

/* Nothing of a transaction counts whose work failed. */
function stop(transaction) {
  try {
    transaction.abort();
  } catch {
    return; // it was over already
  }
}

async function opened() {
  const database = await connection();
  const found = await answer(database.transaction("facts").objectStore("facts").get(CANARY)).catch(() => undefined);
  if (canary && found !== canary) {
    database.close();
    throw new StorageLost("what this tablet kept is gone");
  }
  if (!canary) compare(found);
  return database;
}

/* At the first opening: is it the database that was here at the last start? */
function compare(found) {
  const before = outside();
  if (before && before.canary !== found) lost = { unsent: before.unsent ?? 0, entries: before.entries ?? 0 };
  canary = found;
  if (before?.canary !== found) outside({ canary });
}

/* The note outside the database; a browser without such a place does without. */
function outside(note = undefined) {
  try {
    if (note === undefined) return JSON.parse(localStorage.getItem(NAME));
    localStorage.setItem(NAME, JSON.stringify(note));
  } catch {
    return null;
  }
  return note;
}

function connection() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    let late = false;
    const watchdog = setTimeout(() => {
      late = true;
      reject(new Error("storage does not answer"));
    }, OPEN_MS);
    request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, request.transaction, oldVersion);
    request.onerror = () => {
      clearTimeout(watchdog);
      reject(request.error);
    };
    request.onsuccess = () => {
      clearTimeout(watchdog);
      if (late) return request.result.close();
      request.result.onclose = forget;
      request.result.onversionchange = forget;
      resolve(request.result);
    };
  });
}

function upgrade(database, transaction, oldVersion) {
  if (oldVersion < 1) {
    database.createObjectStore("events", { keyPath: ["log", "seq"] });
    database.createObjectStore("logs", { keyPath: "id" });
    database.createObjectStore("facts");
  }
  if (oldVersion < 2) transaction.objectStore("facts").put(uuid7(Date.now()), CANARY);
  if (oldVersion === 1) describe(transaction.objectStore("logs"), transaction.objectStore("events"));
}

/* The logs of version 1 get what sending reads; `unlocked.js` seals them at their person's first unlock. */
function describe(logs, events) {
  logs.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    const old = cursor.value;
    events.count(placesOf(old.id, 1)).onsuccess = ({ target: { result: count } }) => {
      logs.put({ ...old, created: Math.floor(old.started), mark: old.id, count, aside: [], parted: false });
    };
    cursor.continue();
  };
}

function forget() {
  handle?.then((database) => database.close()).catch(() => undefined);
  handle = null;
}

const placesOf = (log, from) => IDBKeyRange.bound([log, from], [log, Number.MAX_SAFE_INTEGER]);

/* Add a row; the same bytes at its place already are as good, others are not. */
function added(store, row) {
  return new Promise((resolve, reject) => {
    const request = store.add(row);
    request.onsuccess = resolve;
    request.onerror = (event) => {
      if (request.error.name !== "ConstraintError") return reject(request.error);
      event.preventDefault(); // the transaction goes on: a try before may have come through unheard
      event.stopPropagation();
      answer(store.get([row.log, row.seq])).then(
        (there) => (isSame(there.sealed, row.sealed) ? resolve() : reject(new SeqTaken(`event ${row.seq} stands`))),
        reject,
      );
    };
  });
}

const isSame = (one, other) => one?.length === other.length && one.every((byte, place) => byte === other[place]);

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
