/* The service worker: it keeps the files of the shell and hands them out, with a network or without.

   `VERSION`, `RELEASE` and `FILES` (path: SHA-256 in base64) are written before this text by the server, so a change to
   any file is a new worker. Each version has a cache of its own. Which of them is handed out rests in a cache as well
   (the *choice*), and changes only when a page asks for it: a worker that was installed, or that came to power because
   every window was closed, still hands out the version that an open observation began with.

   It answers GET for the shell's own pages and what they load. Every other page comes from the network, or a word that
   there is none. /api/ goes as if there were no worker. */

const CHOICE = "choice";
const LIST = "/files"; // in each cache, the list that it was filled from
const TRIES = 2;
const PAGES = /^\/(record\/|install$)/;
const AWAY = "/away";
const PARTS = /^\/(static|i18n|wording)\//;

const cacheOf = (version) => `shell-${version}`;
const opened = new Map(); // the version that each window was opened with

/* Bring every file of this version; a file that does not come, or not as listed, fails the whole. */
async function fill() {
  const name = cacheOf(VERSION);
  const isNew = !(await caches.has(name));
  try {
    const cache = await caches.open(name);
    await Promise.all(Object.keys(FILES).map((path) => bring(cache, path)));
    await cache.put(LIST, asReply(FILES));
  } catch (error) {
    if (isNew) await caches.delete(name); // never the one that is in use
    throw error;
  }
}

async function bring(cache, path) {
  const reply = await fetch(path, { cache: "reload", credentials: "omit" });
  if (!reply.ok || (await hash(reply.clone())) !== FILES[path]) throw new Error(`${path} did not come as listed`);
  await cache.put(path, reply);
}

/* The files of a version that are not there, or not as listed. */
async function missing(version) {
  const list = version === VERSION ? FILES : await (await kept(version, LIST))?.json();
  if (!list) return [LIST];
  const wrong = await Promise.all(Object.entries(list).map(async ([path, listed]) => {
    const there = await kept(version, path);
    return there && (await hash(there)) === listed ? [] : [path];
  }));
  return wrong.flat();
}

const asReply = (value) => new Response(JSON.stringify(value));
const kept = (version, path) => caches.match(path, { cacheName: cacheOf(version), ignoreVary: true });

async function hash(reply) {
  const digest = await crypto.subtle.digest("SHA-256", await reply.arrayBuffer());
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

/* What is handed out: `version`, `release`, whether it has `started` once, how often it was `tried` until then, and the
   version `before` it, which is kept as long. Null where nothing is handed out yet. */
async function choice() {
  const written = await caches.match("/choice", { cacheName: CHOICE });
  const chosen = written && (await written.json());
  return chosen && (await caches.has(cacheOf(chosen.version))) ? chosen : null;
}

async function choose(version, release, { started = false, tried = 0, before = null } = {}) {
  const chosen = { version, release, started, tried, before };
  await (await caches.open(CHOICE)).put("/choice", asReply(chosen));
  return chosen;
}

/* The version for a page that is being opened. One that was tried twice and never started gives way to the one
   before. */
async function forPage() {
  const chosen = (await choice()) ?? (await choose(VERSION, RELEASE));
  const { version, release, started, tried, before } = chosen;
  if (started || !before) return version;
  if (tried < TRIES) return (await choose(version, release, { tried: tried + 1, before })).version;
  return (await choose(before.version, before.release, { started: true })).version;
}

async function page(event, path) {
  const version = await forPage();
  opened.set(event.resultingClientId, version);
  return (await kept(version, path)) ?? fetch(event.request);
}

/* A page that only the server can make; without a network a page that says so, and leads back. */
async function elsewhere(event) {
  try {
    return await fetch(event.request);
  } catch (error) {
    const chosen = await choice();
    const away = chosen && (await kept(chosen.version, AWAY));
    if (!away) throw error;
    opened.set(event.resultingClientId, chosen.version);
    return away;
  }
}

/* What a page of the shell loads; other pages are as new as the server, and so is what they load. */
async function part({ request, clientId }, path) {
  const version = opened.get(clientId) ?? ((await isOurs(clientId)) ? (await choice())?.version : undefined);
  return (version && (await kept(version, path))) || fetch(request);
}

async function isOurs(client) {
  const window = await self.clients.get(client);
  return Boolean(window) && PAGES.test(new URL(window.url).pathname);
}

const ANSWERS = {
  /* This worker's own version, and the one that is handed out. */
  version: async () => ({ version: VERSION, release: RELEASE, choice: await choice() }),

  /* And which files are missing of what is handed out. */
  check: async () => {
    const known = await ANSWERS.version();
    return { ...known, missing: await missing(known.choice?.version ?? VERSION) };
  },

  /* Bring what is missing. */
  fill: async () => {
    await fill();
    return ANSWERS.check();
  },

  /* A page has started with what it was given: what came before is needed no more. */
  started: async () => {
    const chosen = await choice();
    if (!chosen) return {};
    if (!chosen.started) await choose(chosen.version, chosen.release, { started: true });
    const { installing, waiting } = self.registration;
    if (installing || waiting) return {}; // a newer worker fills a cache of its own
    const needed = [CHOICE, cacheOf(VERSION), cacheOf(chosen.version)];
    for (const name of await caches.keys()) if (!needed.includes(name)) await caches.delete(name);
    return {};
  },

  /* Hand out this version from now on: it is asked for by a page where nothing is open. */
  take_over: async () => {
    if ((await missing(VERSION)).length > 0) await fill();
    const before = await choice();
    if (before?.version !== VERSION) await choose(VERSION, RELEASE, { before });
    await self.skipWaiting();
    return {};
  },
};

self.addEventListener("install", (event) => event.waitUntil(fill()));

self.addEventListener("activate", (event) => {
  const begin = async () => {
    if (!(await choice())) await choose(VERSION, RELEASE);
    await self.clients.claim();
  };
  event.waitUntil(begin());
});

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && PAGES.test(pathname)) event.respondWith(page(event, pathname));
  else if (mode === "navigate" && !pathname.startsWith("/api/")) event.respondWith(elsewhere(event));
  else if (mode !== "navigate" && PARTS.test(pathname)) event.respondWith(part(event, pathname));
});

self.addEventListener("message", (event) => {
  const act = ANSWERS[event.data?.ask];
  if (!act) return;
  const tell = (answer) => event.ports[0]?.postMessage(answer);
  event.waitUntil(act().then(tell, (error) => tell({ error: String(error) })));
});
