import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import type { InstrumentationEntry } from './entry.ts';

/** ioredis: a span a command, inside a request only; arguments are left out. */
export const IOREDIS: InstrumentationEntry = {
  name: 'ioredis',
  package: 'ioredis',
  wraps: ['ioredis'],
  create: () => new IORedisInstrumentation({ dbStatementSerializer: (command) => command }),
};
