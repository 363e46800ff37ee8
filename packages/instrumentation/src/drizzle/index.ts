export { DrizzleInstrumentation } from './instrumentation.ts';
export type { DrizzleInstrumentationOptions } from './options.ts';
