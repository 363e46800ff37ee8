export { createUndiciInstrumentation } from './instrumentation.ts';
export type { UndiciOptions, UndiciRequest } from './options.ts';
