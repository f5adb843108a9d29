/* What was typed and is not yet an event, kept so that a reload goes on exactly where the visitor was. */

export class Draft {
  constructor(unlocked, log, values) {
    this.unlocked = unlocked;
    this.name = `draft:${log}`;
    this.values = values;
    this.writing = null;
    this.dirty = false;
  }

  static async of(unlocked, log) {
    return new Draft(unlocked, log, (await unlocked.fact(`draft:${log}`)) ?? {});
  }

  get(name, otherwise = undefined) {
    return this.values[name] ?? otherwise;
  }

  set(name, value) {
    this.values[name] = value;
    this.dirty = true;
    this.writing ??= this.write();
  }

  async write() {
    while (this.dirty) {
      this.dirty = false;
      await this.unlocked.keepFact(this.name, this.values).catch(() => undefined);
    }
    this.writing = null;
  }

  /* What it held is an event now, or will never be one. */
  async forget() {
    await this.writing;
    await this.unlocked.keepFact(this.name, undefined);
  }
}
