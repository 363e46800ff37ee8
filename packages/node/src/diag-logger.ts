import { type DiagLogger, DiagLogLevel } from '@opentelemetry/api';
import { failureText } from './failure-text.ts';

export interface DiagLoggerOptions {
  readonly write: (line: string) => void;
  /** Monotonic reading in milliseconds. */
  readonly nowMillis: () => number;
  /** One message is written at most once in this time. Default: 60 000. */
  readonly quietMillis?: number;
  /** Distinct messages remembered; the one written longest ago is forgotten first. Default: 200. */
  readonly messagesMaximum?: number;
}

interface Episode {
  untilMillis: number;
  suppressed: number;
}

/**
 * Writes OpenTelemetry's own trouble as single lines, and each message at most once a minute: a collector that is down
 * must not fill the disk of the application's logs. Messages that differ in numbers only count as one. Never throws.
 */
export function createDiagLogger(options: DiagLoggerOptions): DiagLogger {
  const { write, nowMillis, quietMillis = 60_000, messagesMaximum = 200 } = options;
  const episodes = new Map<string, Episode>();

  const log = (label: string, args: readonly unknown[]): void => {
    const text = args.map(failureText).join(' ');
    // Ids count as numbers: upstream's warnings about a span carry its trace and span id.
    const key = label + text.replace(/[0-9a-f]{16,}|\d+/gi, '#');
    const now = nowMillis();
    const episode = episodes.get(key);
    if (episode !== undefined && now < episode.untilMillis) {
      episode.suppressed += 1;
      return;
    }
    episodes.delete(key);
    const oldest = episodes.keys().next().value;
    if (episodes.size >= messagesMaximum && oldest !== undefined) episodes.delete(oldest);
    episodes.set(key, { untilMillis: now + quietMillis, suppressed: 0 });
    const again = episode === undefined || episode.suppressed === 0 ? '' : ` (${episode.suppressed} more like this)`;
    write(`vigil${label}: ${text}${again}`);
  };

  return {
    error: (...args) => log('', args),
    warn: (...args) => log('', args),
    info: (...args) => log(' info', args),
    debug: (...args) => log(' debug', args),
    verbose: (...args) => log(' verbose', args),
  };
}

/** OpenTelemetry's number for a level of `OTEL_LOG_LEVEL`. */
export const DIAG_LOG_LEVELS = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
} as const;
