export { PgInstrumentation } from './instrumentation.ts';
export type { PgInstrumentationOptions } from './options.ts';
