export { createRuntimeInstrumentation } from './instrumentation.ts';
export type { RuntimeOptions } from './options.ts';
