/* Keep the screen on while an observation runs, where the browser can; returns what lets it sleep again. */
export function stayAwake() {
  let lock = null;
  let over = false;
  const ask = async () => {
    if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
    lock = await navigator.wakeLock.request("screen").catch(() => null);
    if (over) lock?.release();
  };
  document.addEventListener("visibilitychange", ask);
  ask();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", ask);
    lock?.release();
  };
}
