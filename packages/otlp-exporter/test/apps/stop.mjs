import { endSpans, pipeline, sayLedger } from './pipeline.mjs';

// Ends in its own time: shutdown, twice at once, then a second flush and a span too late.
endSpans(Number(process.env.SPANS ?? 2_000));
await new Promise((resolve) => setTimeout(resolve, Number(process.env.WAIT ?? 0)));
const start = performance.now();
const flushed =
  process.env.FLUSH === undefined ? undefined : await pipeline.forceFlush({ timeoutMillis: Number(process.env.FLUSH) });
console.log(`flushed ${flushed} ${Math.round(performance.now() - start)}`);
const begin = performance.now();
const stopped = await Promise.all([pipeline.shutdown(), pipeline.shutdown({ timeoutMillis: 100 })]);
console.log(`stopped ${stopped.join()} ${Math.round(performance.now() - begin)}`);
endSpans(1);
console.log(`afterwards ${await pipeline.forceFlush()} ${pipeline.drainSync()}`);
sayLedger();
