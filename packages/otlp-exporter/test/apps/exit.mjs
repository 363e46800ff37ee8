import { endSpans, pipeline, sayLedger } from './pipeline.mjs';

process.on('exit', () => {
  const start = performance.now();
  const isClean = pipeline.drainSync();
  console.log(`drained ${isClean} ${Math.round(performance.now() - start)}`);
  sayLedger();
});
// A worker that has started, as in any process that lives for a second.
if (process.env.AT_ONCE === undefined) await pipeline.forceFlush();
endSpans(Number(process.env.SPANS ?? 2_000));
switch (process.env.THEN) {
  case 'exit':
    process.exit(4);
    break;
  case 'throw':
    throw new Error('application error');
  case 'reject':
    void Promise.reject(new Error('application rejection'));
    break;
  case 'stay':
    setInterval(() => undefined, 1_000);
    console.log('ready');
}
