/* How long does an answer take, when some never came? Pure; Kaplan-Meier, as in `recorder/measures/latency.py`. */

const TOLERANCE = 1.5e-8;

/* The time by which half of the cues were answered, in ms; null when that was not reached. `times` is, for each cue, the
   latency or the time watched, `answered` whether it was an answer. */
export function median(times, answered) {
  const below = curve(times, answered).filter((step) => step.survival < 0.5 + TOLERANCE);
  if (below.length === 0) return null;
  const [first] = below;
  const later = below.find((step) => step.survival < first.survival);
  if (Math.abs(first.survival - 0.5) < TOLERANCE && later) return (first.time + later.time) / 2;
  return first.time;
}

function curve(times, answered) {
  const answers = times.filter((_, place) => answered[place]);
  let survival = 1;
  return [...new Set(answers)]
    .sort((one, other) => one - other)
    .map((time) => {
      const here = answers.filter((one) => one === time).length;
      survival *= 1 - here / times.filter((one) => one >= time).length;
      return { time, survival };
    });
}
