/* What was typed and is not yet an event, kept so that a reload goes on exactly where the visitor was. */

import * as device from "./device.js";

export class Draft {
  constructor(log, values) {
    this.name = `draft:${log}`;
    this.values = values;
    this.writing = null;
    this.dirty = false;
  }

  static async of(log) {
    return new Draft(log, (await device.fact(`draft:${log}`)) ?? {});
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
      await device.keepFact(this.name, this.values).catch(() => undefined);
    }
    this.writing = null;
  }
}
