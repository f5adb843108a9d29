import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as vault from "../../static/js/vault.js";

const known = JSON.parse(readFileSync(new URL("../data/vault_vectors.json", import.meta.url)));
const bytes = vault.bytesOf;
const { places } = vault;

test("what was sealed in earlier days still opens, from the passphrase down to the event", async () => {
  const { salt, rounds, wrapped } = known.vault;
  const kept = { salt: bytes(salt), rounds, wrapped: bytes(wrapped) };
  const raw = await vault.unlock(kept, known.user, known.passphrase);
  assert.equal(vault.base64(raw), known.vault.key);
  const logRaw = await vault.open(await vault.usable(raw), places.key(known.log), bytes(known.log_key.wrapped));
  assert.equal(vault.base64(logRaw), known.log_key.key);
  const key = await vault.usable(logRaw);
  for (const [place, row] of known.rows.entries()) {
    const string = await vault.openText(key, places.event(known.log, place + 1), bytes(row));
    assert.equal(string, known.strings[place]);
  }
});

test("another passphrase, another person, another place, a changed byte: nothing opens", async () => {
  const raw = vault.newKey();
  const kept = await vault.lock(raw, "ana", "four blue birds", 1000);
  assert.deepEqual(await vault.unlock(kept, "ana", "four blue birds"), raw);
  await assert.rejects(vault.unlock(kept, "ana", "four blue bird"), vault.NotOpened);
  await assert.rejects(vault.unlock(kept, "ben", "four blue birds"), vault.NotOpened);
  const key = await vault.usable(raw);
  const sealed = await vault.sealText(key, places.event("a", 1), "words");
  assert.equal(await vault.openText(key, places.event("a", 1), sealed), "words");
  await assert.rejects(vault.open(key, places.event("a", 2), sealed), vault.NotOpened);
  await assert.rejects(vault.open(await vault.usable(vault.newKey()), places.event("a", 1), sealed), vault.NotOpened);
  for (const place of [0, 12, sealed.length - 1]) {
    const changed = sealed.with(place, sealed[place] ^ 1);
    await assert.rejects(vault.open(key, places.event("a", 1), changed), vault.NotOpened);
  }
});

test("one text sealed twice looks different, and is longer by a nonce and a tag", async () => {
  const key = await vault.usable(vault.newKey());
  const [one, other] = await Promise.all([1, 2].map(() => vault.sealText(key, "here", "words")));
  assert.notDeepEqual(one, other);
  assert.equal(one.length, 12 + 5 + 16);
});

test("a passphrase is the same however its letters are composed", async () => {
  const raw = vault.newKey();
  const kept = await vault.lock(raw, "ana", "p\u00e1jaro azul", 1000);
  assert.deepEqual(await vault.unlock(kept, "ana", "pa\u0301jaro azul"), raw);
});

test("keys for use cannot be read out; a session key opens what it wrapped", async () => {
  const session = await vault.sessionKey();
  const raw = vault.newKey();
  const wrapped = await vault.seal(session, places.vault("ana"), raw);
  assert.deepEqual(await vault.open(session, places.vault("ana"), wrapped), raw);
  for (const key of [session, await vault.usable(raw)]) {
    await assert.rejects(crypto.subtle.exportKey("raw", key));
  }
});

test("what is wrapped for the server opens with its private key, and for its label only", async () => {
  const rsa = { name: "RSA-OAEP", hash: "SHA-256" };
  const server = await crypto.subtle.importKey("pkcs8", bytes(known.server.private), rsa, false, ["decrypt"]);
  const open = async (wrapped, label) => {
    const how = { name: "RSA-OAEP", ...(label && { label: new TextEncoder().encode(label) }) };
    return new Uint8Array(await crypto.subtle.decrypt(how, server, bytes(wrapped)));
  };
  const raw = vault.newKey();
  const [own, plain] = await Promise.all(["ana", ""].map((label) => vault.forServer(known.server.public, raw, label)));
  assert.deepEqual(await open(own, "ana"), raw);
  assert.deepEqual(await open(plain), raw);
  await assert.rejects(open(own, "ben"));
  assert.equal(vault.base64(await open(known.vault.for_server, known.user)), known.vault.key);
});

test("what can be a passphrase", () => {
  assert.equal(vault.fault("short one"), "short");
  assert.equal(vault.fault("\u{1F426}".repeat(9)), "short");
  assert.equal(vault.fault("aaaaaaaaaaaa"), "easy");
  assert.equal(vault.fault("abababababab"), "easy");
  assert.equal(vault.fault("four blue birds", "four blue birds"), "password");
  assert.equal(vault.fault("four blue birds", "something else"), null);
});

test("base64 of many bytes and back", () => {
  const many = crypto.getRandomValues(new Uint8Array(60_001));
  assert.deepEqual(bytes(vault.base64(many)), many);
  assert.equal(vault.base64(many), Buffer.from(many).toString("base64"));
});
