/** Keys that somebody wants to see counted, such as those of a rate limiter. */
export interface KeyGroup {
  /** Stands in the metric as `vigil.redis.key.group`. */
  readonly name: string;
  /** A pattern of `SCAN`, as the server sees keys, prefixes included: `rate-limit:*`. It never leaves the process. */
  readonly match: string;
}

export interface RedisOptions {
  /** A span also for a command that no span is active for. Default false: such a span would be a trace of one Redis command. */
  readonly spansWithoutParent?: boolean | undefined;
  /**
   * How many arguments of a command stand in `db.query.text`, each cut to 64 characters: 1 is the key of most commands. Default 0: keys
   * and values stay here. Never those of commands that carry passwords, scripts or settings (`AUTH`, `EVAL`, `CONFIG` …).
   */
  readonly recordedArguments?: number | undefined;
  /** Time between two `INFO` to each server, on a connection the application has open. Default 30,000; 0: never. At least 1,000. */
  readonly serverInfoIntervalMillis?: number | undefined;
  /** How long an answer of the server is waited for. Default 5,000. */
  readonly serverInfoTimeoutMillis?: number | undefined;
  /** Default none: counting takes `SCAN`, which reads every key of the server. At most 10. */
  readonly keyGroups?: readonly KeyGroup[] | undefined;
}

export interface ResolvedRedisOptions {
  readonly spansWithoutParent: boolean;
  readonly recordedArguments: number;
  readonly serverInfoIntervalMillis: number;
  readonly serverInfoTimeoutMillis: number;
  readonly keyGroups: readonly KeyGroup[];
}

const INTERVAL_MILLIS = 30_000;
const INTERVAL_MILLIS_MINIMUM = 1_000;
const TIMEOUT_MILLIS = 5_000;
const KEY_GROUPS_MAXIMUM = 10;

/** @throws Error once, at construction, naming every option that is wrong. */
export function resolveRedisOptions(options: RedisOptions): ResolvedRedisOptions {
  const resolved: ResolvedRedisOptions = {
    spansWithoutParent: options.spansWithoutParent ?? false,
    recordedArguments: options.recordedArguments ?? 0,
    serverInfoIntervalMillis: options.serverInfoIntervalMillis ?? INTERVAL_MILLIS,
    serverInfoTimeoutMillis: options.serverInfoTimeoutMillis ?? TIMEOUT_MILLIS,
    keyGroups: options.keyGroups ?? [],
  };
  const problems = problemsOf(resolved);
  if (problems.length > 0) throw new Error(`redis instrumentation: ${problems.join('; ')}`);
  return resolved;
}

function problemsOf(options: ResolvedRedisOptions): string[] {
  const { recordedArguments, serverInfoIntervalMillis, serverInfoTimeoutMillis, keyGroups } = options;
  const problems: string[] = [];
  if (!Number.isInteger(recordedArguments) || recordedArguments < 0) {
    problems.push(`recordedArguments: expected a whole number from 0, got ${recordedArguments}`);
  }
  if (
    serverInfoIntervalMillis !== 0 &&
    !(serverInfoIntervalMillis >= INTERVAL_MILLIS_MINIMUM && Number.isFinite(serverInfoIntervalMillis))
  ) {
    problems.push(
      `serverInfoIntervalMillis: expected 0 or at least ${INTERVAL_MILLIS_MINIMUM}, got ${serverInfoIntervalMillis}`,
    );
  }
  if (!(serverInfoTimeoutMillis > 0 && Number.isFinite(serverInfoTimeoutMillis))) {
    problems.push(`serverInfoTimeoutMillis: expected more than 0, got ${serverInfoTimeoutMillis}`);
  }
  if (keyGroups.length > KEY_GROUPS_MAXIMUM) {
    problems.push(`keyGroups: expected at most ${KEY_GROUPS_MAXIMUM}, got ${keyGroups.length}`);
  }
  if (new Set(keyGroups.map(({ name }) => name)).size !== keyGroups.length) {
    problems.push('keyGroups: every group needs a name of its own');
  }
  return problems;
}
