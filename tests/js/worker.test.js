import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const LOGIC = readFileSync(new URL("../../static/js/worker.js", import.meta.url), "utf8");
const ORIGIN = "https://recorder.test";

async function hash(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Buffer.from(digest).toString("base64");
}

/* A browser with its caches, and a server with its files; `worker(version)` is one that was written from them now. */
class Browser {
  constructor(files) {
    this.files = new Map(Object.entries(files));
    this.kept = new Map();
    this.registration = { installing: null, waiting: null };
    this.windows = new Map();
    this.asked = [];
  }

  get caches() {
    const { kept } = this;
    const cache = (entries) => ({
      match: async (path) => entries.get(path)?.clone(),
      put: async (path, reply) => void entries.set(path, reply),
    });
    return {
      has: async (name) => kept.has(name),
      open: async (name) => cache(kept.get(name) ?? kept.set(name, new Map()).get(name)),
      delete: async (name) => kept.delete(name),
      keys: async () => [...kept.keys()],
      match: async (path, { cacheName }) => kept.get(cacheName)?.get(path)?.clone(),
    };
  }

  fetch = async (what, options = {}) => {
    const path = typeof what === "string" ? what : new URL(what.url).pathname;
    this.asked.push([path, options.cache]);
    if (this.down) throw new TypeError("no network");
    const body = this.files.get(path);
    return body === undefined ? new Response("", { status: 404 }) : new Response(body);
  };

  async worker(version) {
    const list = {};
    for (const [path, body] of this.files) list[path] = await hash(body);
    const heard = {};
    const self = {
      addEventListener: (name, act) => (heard[name] = act),
      clients: { claim: async () => undefined, get: async (id) => this.windows.get(id) },
      location: { origin: ORIGIN },
      registration: this.registration,
      skipWaiting: async () => void (this.skipped = version),
    };
    const known = { VERSION: version, RELEASE: "0.2.0", FILES: list };
    const context = { self, caches: this.caches, fetch: this.fetch, crypto, Response, TextEncoder, URL, btoa, ...known };
    vm.runInNewContext(LOGIC, context);
    const waited = async (name, more = {}) => {
      let work;
      heard[name]({ waitUntil: (given) => (work = given), ...more });
      return work;
    };
    return {
      install: () => waited("install"),
      activate: () => waited("activate"),
      ask: async (ask) => {
        let answer;
        await waited("message", { data: { ask }, ports: [{ postMessage: (given) => (answer = given) }] });
        return answer === undefined ? undefined : structuredClone(answer);
      },
      get: async (path, { mode = "cors", method = "GET", origin = ORIGIN, client = "window" } = {}) => {
        let reply = null;
        const request = { method, mode, url: origin + path };
        heard.fetch({ request, clientId: client, resultingClientId: client, respondWith: (given) => (reply = given) });
        return reply === null ? null : (await reply).text();
      },
    };
  }
}

const FILES = {
  "/record/en": "page one",
  "/static/js/record.js": "script one",
  "/i18n/en.json": "{}",
  "/away": "no network",
};
const changed = { "/record/en": "page two", "/static/js/record.js": "script two" };
const open = (worker) => worker.get("/record/en", { mode: "navigate" });

async function installed() {
  const browser = new Browser(FILES);
  const first = await browser.worker("one");
  await first.install();
  await first.activate();
  return { browser, first };
}

/* A newer version that was installed and is in control. */
async function updated() {
  const { browser, first } = await installed();
  await open(first);
  await first.ask("started");
  for (const [path, body] of Object.entries(changed)) browser.files.set(path, body);
  const second = await browser.worker("two");
  await second.install();
  await second.activate();
  return { browser, first, second };
}

test("every file is fetched past every cache, and handed out without a network", async () => {
  const { browser, first } = await installed();
  assert.deepEqual(browser.asked.map(([, cache]) => cache), ["reload", "reload", "reload", "reload"]);
  browser.down = true;
  assert.equal(await open(first), "page one");
  assert.equal(await first.get("/static/js/record.js"), "script one");
  assert.deepEqual((await first.ask("check")).missing, []);
});

test("one file that does not come as listed rejects the whole version, and nothing is left of it", async () => {
  for (const fault of ["404", "other bytes", "no network"]) {
    const { browser, first } = await installed();
    browser.files.set("/static/js/record.js", "script two");
    const second = await browser.worker("two");
    if (fault === "404") browser.files.delete("/i18n/en.json");
    if (fault === "other bytes") browser.files.set("/static/js/record.js", "a captive portal");
    if (fault === "no network") browser.down = true;
    await assert.rejects(second.install(), undefined, fault);
    assert.equal(browser.kept.has("shell-two"), false);
    browser.down = true;
    assert.equal(await open(first), "page one");
  }
});

test("a version that is installed again, and fails, does not take away the one in use", async () => {
  const { browser } = await installed();
  const again = await browser.worker("one");
  browser.down = true;
  await assert.rejects(again.install());
  assert.equal(await open(again), "page one");
});

test("another page comes from the server; without a network a page says so", async () => {
  const { browser, first } = await installed();
  await open(first);
  browser.files.set("/families", "everybody");
  assert.equal(await first.get("/families", { mode: "navigate" }), "everybody");
  browser.down = true;
  assert.equal(await first.get("/families", { mode: "navigate" }), "no network");
});

test("/api/, other origins and anything but GET are left alone", async () => {
  const { first } = await installed();
  assert.equal(await first.get("/api/v1/hello"), null);
  assert.equal(await first.get("/api/v1/hello", { mode: "navigate" }), null);
  assert.equal(await first.get("/record/en", { mode: "navigate", method: "POST" }), null);
  assert.equal(await first.get("/static/js/record.js", { method: "HEAD" }), null);
  assert.equal(await first.get("/static/js/record.js", { origin: "https://other.test" }), null);
});

test("a newer worker, though in control, hands out the version that was begun with", async () => {
  const { browser, second } = await updated();
  browser.down = true;
  assert.equal(await open(second), "page one");
  assert.equal(await second.get("/static/js/record.js"), "script one");
  const told = await second.ask("check");
  assert.deepEqual([told.version, told.choice.version, told.missing], ["two", "one", []]);
});

test("it takes over when it is asked to; what came before stays until the new one has started", async () => {
  const { browser, second } = await updated();
  await second.ask("take_over");
  assert.equal(browser.skipped, "two");
  assert.deepEqual([...browser.kept.keys()].sort(), ["choice", "shell-one", "shell-two"]);
  browser.down = true;
  assert.equal(await open(second), "page two");
  await second.ask("started");
  assert.deepEqual([...browser.kept.keys()].sort(), ["choice", "shell-two"]);
  assert.equal(await open(second), "page two");
});

test("a version that was tried twice and never started gives way to the one before", async () => {
  const { second } = await updated();
  await second.ask("take_over");
  assert.equal(await open(second), "page two");
  assert.equal(await open(second), "page two");
  assert.equal(await open(second), "page one");
  assert.equal(await open(second), "page one");
  await second.ask("take_over");
  assert.equal(await open(second), "page two", "and may be asked for again");
});

test("while a newer worker is on its way no cache is taken away", async () => {
  const { browser, second } = await updated();
  await second.ask("take_over");
  await open(second);
  browser.registration.installing = {};
  browser.kept.set("shell-three", new Map());
  await second.ask("started");
  assert.equal(browser.kept.has("shell-three"), true);
});

test("a file that was lost or changed is found, and brought again", async () => {
  const { browser, first } = await installed();
  browser.kept.get("shell-one").delete("/i18n/en.json");
  browser.kept.get("shell-one").set("/record/en", new Response("not ours"));
  assert.deepEqual((await first.ask("check")).missing.sort(), ["/i18n/en.json", "/record/en"]);
  assert.deepEqual((await first.ask("fill")).missing, []);
  assert.equal(await open(first), "page one");
  browser.kept.get("shell-one").delete("/i18n/en.json");
  browser.down = true;
  assert.match((await first.ask("fill")).error, /no network/);
});

test("a file that is not here is looked for in the network", async () => {
  const { browser, first } = await installed();
  browser.kept.get("shell-one").delete("/i18n/en.json");
  browser.windows.set("window", { url: `${ORIGIN}/record/en` });
  assert.equal(await first.get("/i18n/en.json"), "{}");
});

test("the server's other pages are given what the server has now", async () => {
  const { browser, second } = await updated();
  browser.windows.set("families", { url: `${ORIGIN}/families` });
  browser.windows.set("recorder", { url: `${ORIGIN}/record/en` });
  assert.equal(await second.get("/static/js/record.js", { client: "families" }), "script two");
  assert.equal(await second.get("/static/js/record.js", { client: "recorder" }), "script one");
});

test("whoever asks what is not known is not answered", async () => {
  const { first } = await installed();
  assert.equal(await first.ask("skipWaiting"), undefined);
});
