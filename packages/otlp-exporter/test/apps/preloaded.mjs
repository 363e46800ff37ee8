import { workers } from './count-workers.mjs';
import { endSpans, pipeline, sayLedger } from './pipeline.mjs';

// Preloaded by NODE_OPTIONS: a worker that inherited them would make a pipeline with a worker of its own, and so on.
if (process.argv[1] !== undefined) console.log(`preloaded ${process.argv[1].endsWith('nothing.mjs')}`);
endSpans(10);
await pipeline.shutdown();
console.log(`workers ${workers.length}`);
sayLedger();
