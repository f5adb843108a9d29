import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";

import { ZERO_HEAD } from "../../static/js/chain.js";
import { FORMAT, emergency } from "../../static/js/emergency.js";
import * as vault from "../../static/js/vault.js";

/* The server's pair of keys, and what it reads in a part of the file. */
async function server() {
  const how = { name: "RSA-OAEP", modulusLength: 3072, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
  const pair = await webcrypto.subtle.generateKey(how, true, ["encrypt", "decrypt"]);
  const spki = vault.base64(new Uint8Array(await webcrypto.subtle.exportKey("spki", pair.publicKey)));
  const read = async ({ id, sealed, key }) => {
    const raw = await webcrypto.subtle.decrypt({ name: "RSA-OAEP" }, pair.privateKey, vault.bytesOf(key));
    const log = await vault.usable(new Uint8Array(raw));
    return Promise.all(
      sealed.map((row, place) => vault.openText(log, vault.places.event(id, place + 1), vault.bytesOf(row))),
    );
  };
  return { spki, read };
}

const EVENTS = ['{"seq":1,"t":0,"kind":"open","data":{"kind":"observation"}}', '{"seq":2,"t":900,"kind":"tap","code":"VOC"}'];
const HEAD = "ab".repeat(32);

async function keyed(spki) {
  const raw = vault.newKey();
  return { key: await vault.usable(raw), wrapped: await vault.forServer(spki, raw) };
}

async function sealedRows(id, key, strings) {
  return Promise.all(
    strings.map(async (string, place) => ({
      log: id,
      seq: place + 1,
      sealed: await vault.sealText(key, vault.places.event(id, place + 1), string),
    })),
  );
}

function storage(rows, events, tablet) {
  return {
    fact: async (name) => (name === "device" ? tablet : undefined),
    logs: async () => rows,
    events: async (id) => events[id],
  };
}

const row = (id, more) => ({ id, count: 2, head: HEAD, acknowledged: { upto: 0, head: ZERO_HEAD }, ...more });

test("what rests sealed and is not with the server goes into the file as it is", async () => {
  const { spki, read } = await server();
  const { key, wrapped } = await keyed(spki);
  const rows = [row("one", { key: wrapped }), row("sent", { key: wrapped, acknowledged: { upto: 2, head: HEAD } })];
  const events = { one: await sealedRows("one", key, EVENTS), sent: await sealedRows("sent", key, EVENTS) };
  const made = await emergency([], storage(rows, events, { id: "tablet", server_key: spki }), 0);
  assert.deepEqual([made.format, made.made_at, made.device], [FORMAT, "1970-01-01T00:00:00.000Z", "tablet"]);
  assert.deepEqual(made.logs.map((log) => [log.id, log.from_seq, log.head]), [["one", 1, ZERO_HEAD]]);
  assert.equal(made.logs[0].sealed[0], vault.base64(events.one[0].sealed));
  assert.deepEqual(await read(made.logs[0]), EVENTS);
});

test("what an older version left unsealed is sealed with a fresh key", async () => {
  const { spki, read } = await server();
  const events = { old: EVENTS.map((string, place) => ({ log: "old", seq: place + 1, string })) };
  const made = await emergency([], storage([row("old")], events, { id: "tablet", server_key: spki }));
  assert.deepEqual(await read(made.logs[0]), EVENTS);
  assert.equal(JSON.stringify(made).includes("VOC"), false);
});

test("where storage fails altogether, the open log comes from memory, the same bytes for what waits", async () => {
  const { spki, read } = await server();
  const { key, wrapped } = await keyed(spki);
  const tape = EVENTS.map((string) => JSON.parse(string));
  const [, sealed] = await sealedRows("open", key, EVENTS);
  const entry = { event: tape[1], string: EVENTS[1] };
  const log = { id: "open", key, row: { key: wrapped }, tape, queue: [entry], sealed: async (one) => one === entry && sealed };
  const broken = async () => {
    throw new Error("storage does not answer");
  };
  const made = await emergency([log], { fact: broken, logs: broken, events: broken });
  assert.deepEqual(await read(made.logs[0]), EVENTS);
  assert.equal(made.logs[0].sealed[1], vault.base64(sealed.sealed));
  assert.equal(made.device, null);
});
