import type { Logger } from '@opentelemetry/api';
import type { LoggerProvider, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { failureText } from '../failure-text.ts';
import { sayWarning } from '../say-warning.ts';

/** Lost for this processor; the next one gets the record all the same. */
const onFailure = (error: unknown) => sayWarning(`a log record processor failed: ${failureText(error)}`);

/**
 * A processor of the application's own, shut in: the SDK calls it where the application logs, so what it throws would come back
 * there, and keep the record from the processors behind it. Its `enabled` counts as true when it fails.
 */
export function guardLogProcessor(processor: LogRecordProcessor): LogRecordProcessor {
  return {
    onEmit: (record, context) => contained(() => processor.onEmit(record, context)),
    ...(processor.enabled !== undefined && {
      enabled: (options: Parameters<NonNullable<LogRecordProcessor['enabled']>>[0]) =>
        contained(() => processor.enabled?.(options)) !== false,
    }),
    forceFlush: async (options) => void (await contained(() => processor.forceFlush(options))),
    shutdown: async () => void (await contained(() => processor.shutdown())),
  };
}

/** Loggers that never throw: the SDK looks into bodies and attributes, of which a getter may throw, where the application logs. */
export function guardLoggers(provider: LoggerProvider): void {
  const guarded = new WeakSet<Logger>();
  const getLogger = provider.getLogger.bind(provider);
  provider.getLogger = (...args) => {
    const logger = getLogger(...args);
    // The provider hands out the same logger for the same name.
    if (guarded.has(logger)) return logger;
    guarded.add(logger);
    const emit = logger.emit.bind(logger);
    logger.emit = (record) => {
      try {
        emit(record);
      } catch (error) {
        sayWarning(`a log record is lost: ${failureText(error)}`);
      }
    };
    return logger;
  };
}

/** What was returned; nothing when it failed, also later: the rejection of an async function would end the process. */
function contained<Result>(call: () => Result): Result | Promise<undefined> | undefined {
  try {
    const result = call();
    return result instanceof Promise ? result.catch((error: unknown) => void onFailure(error)) : result;
  } catch (error) {
    onFailure(error);
    return undefined;
  }
}
