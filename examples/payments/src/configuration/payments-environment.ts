export interface PaymentsConfiguration {
  readonly host: string;
  /** 0 means any free port; the log line "listening" names it. */
  readonly port: number;
  readonly faults: boolean;
  readonly shutdownMillis: number;
  readonly logLevel: string;
}

export type PaymentsEnvironment =
  | { readonly status: 'ok'; readonly configuration: PaymentsConfiguration }
  | { readonly status: 'invalid'; readonly problems: readonly string[] };

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Reads the configuration and reports every problem at once. Never throws. */
export function readPaymentsEnvironment(env: Readonly<Record<string, string | undefined>>): PaymentsEnvironment {
  const problems: string[] = [];
  const configuration: PaymentsConfiguration = {
    host: env.PAYMENTS_HOST || '127.0.0.1',
    port: integer('PAYMENTS_PORT', { fallback: 8081, min: 0, max: 65_535 }),
    faults: oneOf('PAYMENTS_FAULTS', ['true', 'false'], 'false') === 'true',
    shutdownMillis: integer('PAYMENTS_SHUTDOWN_MS', { fallback: 10_000, min: 100, max: 60_000 }),
    logLevel: oneOf('PAYMENTS_LOG_LEVEL', LOG_LEVELS, 'info'),
  };
  return problems.length === 0 ? { status: 'ok', configuration } : { status: 'invalid', problems };

  function integer(name: string, { fallback, min, max }: { fallback: number; min: number; max: number }): number {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    problems.push(`${name}: expected a whole number from ${min} to ${max}, got "${text}"`);
    return fallback;
  }

  function oneOf(name: string, words: readonly string[], fallback: string): string {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    if (!words.includes(text)) problems.push(`${name}: expected ${words.join(', ')}, got "${text}"`);
    return text;
  }
}
