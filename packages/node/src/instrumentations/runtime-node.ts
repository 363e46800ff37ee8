import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node';
import type { InstrumentationEntry } from './entry.ts';

/** Event loop, garbage collection and heap, as metrics. */
export const RUNTIME_NODE: InstrumentationEntry = {
  name: 'runtime-node',
  create: () => new RuntimeNodeInstrumentation(),
};
