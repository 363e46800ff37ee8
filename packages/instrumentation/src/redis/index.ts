export { createRedisInstrumentation } from './instrumentation.ts';
export type { KeyGroup, RedisOptions } from './options.ts';
