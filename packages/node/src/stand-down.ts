/** What a preload can know about the process it was put into. */
export interface ProcessFacts {
  /** `24.21.0`. */
  readonly nodeVersion: string;
  readonly runtime: 'node' | 'bun' | 'deno';
  readonly isMainThread: boolean;
  /** `process.argv[1]`; nothing for `node -e` and the prompt. */
  readonly script: string | undefined;
  /** Command line options of Node.js, and `NODE_OPTIONS` behind them. */
  readonly options: string;
  /** Paths of the CommonJS modules that are loaded already. */
  readonly loadedModules: readonly string[];
  /** Version of the Vigil that runs in this process already. */
  readonly runningVersion: string | undefined;
  /** Whether OpenTelemetry's API already has a tracer provider. */
  readonly hasTracerProvider: boolean;
}

export interface StandDown {
  readonly reason:
    | 'disabled'
    | 'loaded_twice'
    | 'node_version'
    | 'other_sdk'
    | 'package_manager'
    | 'runtime'
    | 'worker_thread';
  /** Continues the sentence "Vigil stands down: …". */
  readonly because: string;
  /** Expected wherever `NODE_OPTIONS` holds the flag: not worth a line. */
  readonly quiet: boolean;
}

const NODE_MINIMUM = [22, 15] as const;

/** Two of them in one process wrap every function twice and send everything twice. */
const OTHER_SDKS = [
  '@opentelemetry/auto-instrumentations-node',
  '@opentelemetry/sdk-node',
  '@elastic/opentelemetry-node',
  '@sentry/node',
  '@splunk/otel',
  'applicationinsights',
  'dd-trace',
  'elastic-apm-node',
  'newrelic',
];

const PACKAGE_MANAGER = /^(npm|npx|pnpm|pnpx|pn|yarn|yarnpkg|corepack)(-cli)?(-\d[\w.-]*)?(\.[cm]?js)?$/;

/**
 * Decides whether to leave this process alone, before anything else is loaded. Pure; never throws.
 *
 * @returns nothing when the process is to be instrumented.
 */
export function standDown(
  facts: ProcessFacts,
  wish: { readonly disabledBy: string | undefined; readonly workers: boolean },
): StandDown | undefined {
  const loud = (reason: StandDown['reason'], because: string) => ({ reason, because, quiet: false });
  if (facts.runtime !== 'node') return loud('runtime', `${facts.runtime} is not supported`);
  if (isOlder(facts.nodeVersion)) {
    return loud('node_version', `Node.js ${NODE_MINIMUM.join('.')} or later is needed, this is ${facts.nodeVersion}`);
  }
  if (wish.disabledBy !== undefined) return loud('disabled', wish.disabledBy);
  if (isPackageManager(facts.script)) {
    return { reason: 'package_manager', because: `${facts.script} is a package manager`, quiet: true };
  }
  if (!facts.isMainThread && !wish.workers) {
    return { reason: 'worker_thread', because: 'VIGIL_WORKERS=true instruments worker threads', quiet: true };
  }
  if (facts.runningVersion !== undefined) {
    return loud('loaded_twice', `@vigil/node ${facts.runningVersion} runs in this process already`);
  }
  const other = otherSdk(facts);
  return other === undefined ? undefined : loud('other_sdk', other);
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor < NODE_MINIMUM[1]);
}

function isPackageManager(script: string | undefined): boolean {
  return PACKAGE_MANAGER.test(script?.split(/[\\/]/).at(-1) ?? '');
}

function otherSdk({ options, loadedModules, hasTracerProvider }: ProcessFacts): string | undefined {
  const preloaded = OTHER_SDKS.find((name) => new RegExp(`(^|[\\s=/"'])${name}([\\s/"']|$)`).test(options));
  if (preloaded !== undefined) return `${preloaded} is preloaded too`;
  const loaded = OTHER_SDKS.find((name) => loadedModules.some((path) => path.includes(`/node_modules/${name}/`)));
  if (loaded !== undefined) return `${loaded} is loaded already`;
  return hasTracerProvider ? 'another OpenTelemetry SDK is registered already' : undefined;
}
