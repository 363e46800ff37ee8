import { pino, stdSerializers } from 'pino';
import { DatabaseFailure } from '../database/database-failure.ts';

export type Logger = Pick<pino.Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** JSON lines on standard output. Only ids, routes, states and durations are logged: no names, addresses or bodies. */
export function createLogger(level: string): Logger {
  return pino({ name: 'shop', level, serializers: { err: describeError } });
}

/** Drops what a database error says about the row (`detail` repeats values) and keeps what says where the fault is. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  if (error instanceof DatabaseFailure)
    return { type: error.name, message: error.message, code: error.code, stack: error.stack };
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack };
}
