export { createPgInstrumentation } from './instrumentation.ts';
export type { PgOptions } from './options.ts';
