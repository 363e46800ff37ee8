import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import type { InstrumentationEntry } from './entry.ts';

/** `fetch` and the package undici, through their diagnostics channels: nothing is patched. */
export const UNDICI: InstrumentationEntry = { name: 'undici', create: () => new UndiciInstrumentation() };
