/* Writes vault_vectors.json anew: what static/js/vault.js seals, with the server's private key that opens it.
   `node tests/data/make_vault_vectors.mjs` */

import { writeFileSync } from "node:fs";

import * as vault from "../../static/js/vault.js";

const rsa = { name: "RSA-OAEP", hash: "SHA-256", modulusLength: 3072, publicExponent: new Uint8Array([1, 0, 1]) };
const pair = await crypto.subtle.generateKey(rsa, true, ["encrypt", "decrypt"]);
const exported = async (form, key) => vault.base64(new Uint8Array(await crypto.subtle.exportKey(form, key)));
const server = { public: await exported("spki", pair.publicKey), private: await exported("pkcs8", pair.privateKey) };

const user = "019f0000-0000-7000-8000-000000000001";
const log = "019f0000-0000-7000-8000-000000000002";
const passphrase = "cuatro pájaros azules";
const [vaultKey, logKey] = [vault.newKey(), vault.newKey()];
const locked = await vault.lock(vaultKey, user, passphrase);
const strings = ['{"seq":1,"t":0,"kind":"tap","code":"VOC"}', '{"seq":2,"t":5,"kind":"note","data":{"text":"¿Qué? 😀"}}'];
const usable = await vault.usable(logKey);
const rows = strings.map((string, place) => vault.sealText(usable, vault.places.event(log, place + 1), string));
const vectors = {
  about: "Made by make_vault_vectors.mjs with static/js/vault.js. The keys guard nothing. All bytes are base64.",
  server,
  user,
  log,
  passphrase,
  vault: {
    key: vault.base64(vaultKey),
    salt: vault.base64(locked.salt),
    rounds: locked.rounds,
    wrapped: vault.base64(locked.wrapped),
    for_server: await vault.forServer(server.public, vaultKey, user),
  },
  log_key: {
    key: vault.base64(logKey),
    wrapped: vault.base64(await vault.seal(await vault.usable(vaultKey), vault.places.key(log), logKey)),
    for_server: await vault.forServer(server.public, logKey),
  },
  strings,
  rows: (await Promise.all(rows)).map(vault.base64),
};
writeFileSync(new URL("vault_vectors.json", import.meta.url), `${JSON.stringify(vectors, null, 1)}\n`);
