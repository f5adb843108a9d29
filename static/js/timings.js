/* How long does a tap take from the finger to the disk? The last 500 are remembered, in ms; the outbox keeps them (the
   fact `timings`) after each round that sent something. */

const MOST = 500;

export class Timings {
  constructor(values = []) {
    this.values = values.slice(-MOST);
  }

  /* Those that were kept come before those of this page. */
  goOn(kept = []) {
    this.values = [...kept, ...this.values].slice(-MOST);
  }

  add(ms) {
    if (!(ms >= 0)) return; // a clock that was set tells nothing
    this.values.push(ms);
    if (this.values.length > MOST) this.values.shift();
  }

  /* The value below which this share of them lies (nearest rank), to a tenth of a ms; null without any. */
  quantile(share) {
    if (this.values.length === 0) return null;
    const sorted = this.values.toSorted((one, other) => one - other);
    return Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] * 10) / 10;
  }
}

/* Those of this page. */
export const timings = new Timings();
