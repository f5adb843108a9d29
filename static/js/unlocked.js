/* What is hers on this tablet, while she has it unlocked? Her facts, her logs and their keys.

   It holds her vault's key in memory, as one that cannot be read out; locking forgets it. What is stored is sealed here
   and opened here: `device.js` sees bytes. */

import { ZERO_HEAD, extend } from "./chain.js";
import * as device from "./device.js";
import { held } from "./lock.js";
import * as vault from "./vault.js";

const { places } = vault;

/* What of a log's row is a family's, and rests sealed. */
const PRIVATE = ["started", "scheme", "family", "visit", "role", "child"];

export class Unlocked {
  /* `kept` is what is stored of her vault, `key` its usable key, `serverKey` the server's public key. A log of hers
     that was sealed under a vault that is gone stays closed; it is sent all the same. */
  constructor({ user, id, kind }, key, serverKey) {
    Object.assign(this, { user, vault: id, kind, key, serverKey });
    this.opened = new Map(); // what is private of each log: it never changes
  }

  /* A fact of hers, or undefined. */
  async fact(name) {
    const sealed = await device.fact(this.named(name));
    return sealed && vault.openValue(this.key, places.fact(this.user, name), sealed);
  }

  /* Keep a fact of hers under a name; undefined forgets it. */
  async keepFact(name, value) {
    await device.keepFact(this.named(name), await this.sealedFact(name, value));
  }

  /* Her logs, oldest first, each with what is private of it. */
  async logs() {
    const rows = (await device.logs()).filter((row) => this.isHers(row));
    return Promise.all(rows.map((row) => this.whole(row)));
  }

  /* One of her logs, or undefined. */
  async log(id) {
    const row = (await device.logs()).find((one) => one.id === id && this.isHers(one));
    return row && this.whole(row);
  }

  /* The row of a new log and its key: {row, whole, key}. `clear` is {id, kind}, `secret` what is private of it. */
  async newLog(clear, secret) {
    const raw = vault.newKey();
    const row = {
      ...clear,
      user: this.user,
      vault: this.vault,
      created: Math.floor(secret.started),
      mark: secret.visit ? await vault.mark(secret.visit) : clear.id,
      count: 0,
      head: ZERO_HEAD,
      acknowledged: { upto: 0, head: ZERO_HEAD },
      aside: [],
      parted: false,
      closed: false,
      done: false,
      wrapped: await vault.seal(this.key, places.key(clear.id), raw),
      private: await vault.sealValue(this.key, places.log(clear.id), secret),
      ...(await this.wrappedForServer(raw)),
    };
    return { row, whole: { ...row, ...secret }, key: await vault.usable(raw) };
  }

  /* The key of one of her logs. */
  async logKey(row) {
    return vault.usable(await vault.open(this.key, places.key(row.id), row.wrapped));
  }

  /* The exact strings of a log, from the first event on. */
  async strings(row, key) {
    const rows = await device.events(row.id);
    return Promise.all(rows.map((one) => vault.openText(key, places.event(one.log, one.seq), one.sealed)));
  }

  /* Bring up to date what she keeps here: seal what an older version left unsealed, and wrap for a server whose key is
     a new one what has not reached it yet. */
  async settle() {
    for (const row of await device.logs()) {
      if (row.user === this.user && !row.key) await this.sealLog(row.id);
    }
    await this.sealFacts();
    await this.wrapAgain();
  }

  async whole(row) {
    if (!this.opened.has(row.id)) {
      this.opened.set(row.id, await vault.openValue(this.key, places.log(row.id), row.private));
    }
    return { ...row, ...this.opened.get(row.id) };
  }

  async sealLog(id) {
    const release = await held(id);
    if (!release) return; // another tab has it open: at the next unlock
    const row = (await device.logs()).find((one) => one.id === id);
    const rows = row.key ? [] : await device.events(id);
    if (rows.length > 0) await device.resealLog(...(await this.sealed(row, rows)));
    release();
  }

  async sealed(old, rows) {
    const secret = Object.fromEntries(PRIVATE.map((name) => [name, old[name] ?? null]));
    const events = rows.map((one) => JSON.parse(one.string));
    const kind = old.kind ?? events[0].data.kind;
    const { row, key } = await this.newLog({ id: old.id, kind }, secret);
    const sealing = rows.map(async ({ log, seq, string }) => ({
      log,
      seq,
      sealed: await vault.sealText(key, places.event(log, seq), string),
    }));
    const closing = events.findLast((event) => event.kind === "close" || event.kind === "reopen");
    const kept = {
      acknowledged: old.acknowledged,
      done: old.done,
      count: rows.length,
      head: await extend(ZERO_HEAD, rows.map((one) => one.string)),
      closed: closing?.kind === "close",
    };
    return [await Promise.all(sealing), { ...row, ...kept }];
  }

  /* Version 1 kept one person's facts, unsealed: those of whose caseload it was. */
  async sealFacts() {
    const pulled = await device.fact("pulled");
    const drafts = await device.facts("draft:");
    const own = new Set((await device.logs()).filter((row) => row.user === this.user).map((row) => row.id));
    const found = drafts.filter(([name]) => own.has(name.slice("draft:".length)));
    if (pulled?.account.id === this.user) found.push(["pulled", pulled], ["place", await device.fact("place")]);
    const entries = found.map(async ([name, value]) => [this.named(name), await this.sealedFact(name, value)]);
    if (found.length === 0) return;
    await device.keepFacts([...(await Promise.all(entries)), ...found.map(([name]) => [name, undefined])]);
  }

  async wrapAgain() {
    const server = await vault.mark(this.serverKey);
    for (const row of await device.logs()) {
      const sent = row.acknowledged.upto === row.count && row.acknowledged.head === row.head;
      if (!this.isHers(row) || row.server === server || sent) continue;
      const wrapped = await this.wrappedForServer(await vault.open(this.key, places.key(row.id), row.wrapped));
      await device.changeLog(row.id, (now) => ({ ...now, ...wrapped }));
    }
  }

  async wrappedForServer(raw) {
    return { key: await vault.forServer(this.serverKey, raw), server: await vault.mark(this.serverKey) };
  }

  async sealedFact(name, value) {
    return value === undefined ? undefined : vault.sealValue(this.key, places.fact(this.user, name), value);
  }

  isHers(row) {
    return row.user === this.user && row.vault === this.vault;
  }

  named(name) {
    return `u:${this.user}:${name}`;
  }
}
