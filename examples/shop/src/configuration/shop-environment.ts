export interface ShopConfiguration {
  readonly host: string;
  /** 0 means any free port; the log line "listening" names it. */
  readonly port: number;
  readonly databaseUrl: string;
  readonly poolSize: number;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  readonly paymentsUrl: string;
  readonly paymentsTimeoutMillis: number;
  /** Requests a client may send per window. 0 means no limit. */
  readonly rateLimit: number;
  readonly rateWindowSeconds: number;
  /** How long a paid order waits until it is shipped. */
  readonly shipAfterMillis: number;
  /** How old a pending order must be to be settled by the next round: longer than a payment may take. */
  readonly settleAfterMillis: number;
  readonly shutdownMillis: number;
  readonly faults: boolean;
  readonly logLevel: string;
}

export type ShopEnvironment =
  | { readonly status: 'ok'; readonly configuration: ShopConfiguration }
  | { readonly status: 'invalid'; readonly problems: readonly string[] };

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Reads the shop's configuration and reports every problem at once. Never throws, never repeats a URL (it may hold a password). */
export function readShopEnvironment(env: Readonly<Record<string, string | undefined>>): ShopEnvironment {
  const problems: string[] = [];
  const configuration: ShopConfiguration = {
    host: env.SHOP_HOST || '127.0.0.1',
    port: integer('SHOP_PORT', { fallback: 8080, min: 0, max: 65_535 }),
    databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:']),
    poolSize: integer('SHOP_POOL_SIZE', { fallback: 10, min: 1, max: 100 }),
    redisUrl: url('REDIS_URL', ['redis:', 'rediss:']),
    redisPrefix: env.SHOP_REDIS_PREFIX || 'shop:',
    paymentsUrl: url('PAYMENTS_URL', ['http:', 'https:']),
    paymentsTimeoutMillis: integer('SHOP_PAYMENTS_TIMEOUT_MS', { fallback: 2_000, min: 1, max: 60_000 }),
    rateLimit: integer('SHOP_RATE_LIMIT', { fallback: 6_000, min: 0, max: 1_000_000 }),
    rateWindowSeconds: integer('SHOP_RATE_WINDOW_SECONDS', { fallback: 60, min: 1, max: 86_400 }),
    shipAfterMillis: integer('SHOP_SHIP_AFTER_MS', { fallback: 2_000, min: 0, max: 3_600_000 }),
    settleAfterMillis: integer('SHOP_SETTLE_AFTER_MS', { fallback: 30_000, min: 100, max: 3_600_000 }),
    shutdownMillis: integer('SHOP_SHUTDOWN_MS', { fallback: 10_000, min: 100, max: 60_000 }),
    faults: flag('SHOP_FAULTS'),
    logLevel: oneOf('SHOP_LOG_LEVEL', LOG_LEVELS, 'info'),
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

  function url(name: string, protocols: readonly string[]): string {
    const text = env[name];
    const wanted = protocols.map((protocol) => `${protocol}//`).join(' or ');
    if (text === undefined || text === '')
      problems.push(`${name}: expected a URL that starts with ${wanted}, got nothing`);
    else if (!URL.canParse(text))
      problems.push(`${name}: expected a URL that starts with ${wanted}, got something that is no URL`);
    else if (!protocols.includes(new URL(text).protocol))
      problems.push(
        `${name}: expected a URL that starts with ${wanted}, got one that starts with ${new URL(text).protocol}`,
      );
    return text ?? '';
  }

  function flag(name: string): boolean {
    return oneOf(name, ['true', 'false'] as const, 'false') === 'true';
  }

  function oneOf<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) problems.push(`${name}: expected ${words.join(', ')}, got "${text}"`);
    return word ?? fallback;
  }
}
