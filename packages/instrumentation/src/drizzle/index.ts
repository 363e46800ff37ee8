export { createDrizzleInstrumentation } from './instrumentation.ts';
export type { DrizzleOptions } from './options.ts';
