const EVERY_MILLIS = 1_000;

/** Burns the main thread for `millis` once a second. @returns what ends it. */
export function blockEventLoop(millis: number): () => void {
  const timer = setInterval(() => {
    const endMillis = performance.now() + millis;
    while (performance.now() < endMillis);
  }, EVERY_MILLIS).unref();
  return () => clearInterval(timer);
}
