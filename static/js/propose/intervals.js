/* Within which limits does a proportion probably lie? Pure; 95 %, in 0..1, null when there is nothing to count. The
   operations and their order are those of `recorder/measures/intervals.py`: the same numbers to the last bit. */

const Z = 1.9599639845400536; // the 97.5 % quantile of the normal distribution, as Python computes it

/* Wilson's score interval for k of n. */
export function wilson(k, n) {
  if (n === 0) return null;
  const p = k / n;
  const centre = p + (Z * Z) / (2 * n);
  const half = Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n));
  const scale = 1 + (Z * Z) / n;
  return [k === 0 ? 0 : (centre - half) / scale, k === n ? 1 : (centre + half) / scale];
}

/* Newcombe's interval for the difference k1/n1 - k2/n2 of two visits, in -1..1. */
export function newcombe(k1, n1, k2, n2) {
  const [first, second] = [wilson(k1, n1), wilson(k2, n2)];
  if (!first || !second) return null;
  const [p1, p2] = [k1 / n1, k2 / n2];
  const squared = (number) => number * number;
  const down = Math.sqrt(squared(p1 - first[0]) + squared(second[1] - p2));
  const up = Math.sqrt(squared(first[1] - p1) + squared(p2 - second[0]));
  return [p1 - p2 - down, p1 - p2 + up];
}
