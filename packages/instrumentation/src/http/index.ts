export { createHttpInstrumentation } from './instrumentation.ts';
export type { HttpOptions } from './options.ts';
export { redactQuery, redactUrl } from './redact-url.ts';
