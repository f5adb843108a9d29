/* What does this tablet keep? The only file that touches storage (IndexedDB).

   One row an event, one row a log, and named facts (what `pull` brought, drafts, the place on screen). "Kept" is said
   only when the transaction is complete and, with `strict` durability, flushed to disk. A connection that died is
   never used again: three tries, each on a fresh handle; opening is given up after three seconds. */

const NAME = "recorder";
const VERSION = 1;
const OPEN_MS = 3000;
const TRIES = 3;

let handle = null;
let everOpened = false;

/* Storage is gone that was there a moment ago: nothing may be called saved any more. */
export class StorageLost extends Error {}

/* Another event already stands at this place of the log. */
export class SeqTaken extends Error {}

/* Add an event, and with the first one the log itself; resolves when it is on disk. */
export function addEvent(row, log = null) {
  return attempt(["events", "logs"], "readwrite", async (transaction) => {
    const events = transaction.objectStore("events");
    const there = await answer(events.get([row.log, row.seq]));
    if (there && there.string !== row.string) throw new SeqTaken(`event ${row.seq} stands already`);
    if (!there) events.add(row);
    if (log) transaction.objectStore("logs").put(log);
  });
}

/* The events of a log from a seq on, in order, at most `limit`. */
export function events(log, from = 1, limit = undefined) {
  const range = IDBKeyRange.bound([log, from], [log, Number.MAX_SAFE_INTEGER]);
  return attempt(["events"], "readonly", (transaction) =>
    answer(transaction.objectStore("events").getAll(range, limit)),
  );
}

/* How many events a log has: their seq has no holes. */
export function count(log) {
  const range = IDBKeyRange.bound([log, 1], [log, Number.MAX_SAFE_INTEGER]);
  return attempt(["events"], "readonly", (transaction) => answer(transaction.objectStore("events").count(range)));
}

/* Every log on this tablet, oldest first (their ids sort by time). */
export function logs() {
  return attempt(["logs"], "readonly", (transaction) => answer(transaction.objectStore("logs").getAll()));
}

/* Change what is known of a log: `change` gets its row and returns the new one. */
export function changeLog(id, change) {
  return attempt(["logs"], "readwrite", async (transaction) => {
    const store = transaction.objectStore("logs");
    store.put(change(await answer(store.get(id))));
  });
}

/* A named fact, or undefined. */
export function fact(name) {
  return attempt(["facts"], "readonly", (transaction) => answer(transaction.objectStore("facts").get(name)));
}

/* Keep a fact under a name; undefined forgets it. */
export function keepFact(name, value) {
  return attempt(["facts"], "readwrite", async (transaction) => {
    const store = transaction.objectStore("facts");
    if (value === undefined) store.delete(name);
    else store.put(value, name);
  });
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
  handle ??= await opened();
  const transaction = handle.transaction(stores, mode, { durability: "strict" });
  const complete = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new Error("storage gave up"));
    transaction.onerror = () => reject(transaction.error);
  });
  complete.catch(() => undefined); // `work` may fail first; its error is the one to report
  const result = await work(transaction);
  await complete;
  return result;
}

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    let made = false;
    let late = false;
    const watchdog = setTimeout(() => {
      late = true;
      reject(new Error("storage does not answer"));
    }, OPEN_MS);
    request.onupgradeneeded = () => {
      made = true;
      request.result.createObjectStore("events", { keyPath: ["log", "seq"] });
      request.result.createObjectStore("logs", { keyPath: "id" });
      request.result.createObjectStore("facts");
    };
    request.onerror = () => {
      clearTimeout(watchdog);
      reject(request.error);
    };
    request.onsuccess = () => {
      clearTimeout(watchdog);
      if (late) return request.result.close();
      if (made && everOpened) return reject(new StorageLost("what this tablet kept is gone"));
      everOpened = true;
      request.result.onclose = forget;
      request.result.onversionchange = forget;
      resolve(request.result);
    };
  });
}

function forget() {
  handle?.close();
  handle = null;
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
