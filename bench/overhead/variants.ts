import { fileURLToPath } from 'node:url';

/** How the application loads its libraries: with `require` or with `import`. */
export type ModuleKind = 'cjs' | 'esm';

export interface Variant {
  readonly name: string;
  readonly title: string;
  /** Has the application's libraries and the agent. */
  readonly folder: string;
  /** For node, as the agent's documentation says. */
  readonly flags: Readonly<Record<ModuleKind, readonly string[]>>;
  readonly environment: Readonly<Record<string, string>>;
}

const APP = fileURLToPath(new URL('app', import.meta.url));
const competitor = (name: string) => fileURLToPath(new URL(`../competitors/${name}`, import.meta.url));
const both = (...flags: readonly string[]) => ({ cjs: flags, esm: flags });

const bare = (name: string, title: string): Variant => ({ name, title, folder: APP, flags: both(), environment: {} });

const vigil = (name: string, title: string, environment: Variant['environment'] = {}): Variant => ({
  name,
  title,
  folder: APP,
  flags: both('--import', '@vigil/node/register'),
  environment,
});

const HOOK = ['--experimental-loader', '@opentelemetry/instrumentation/hook.mjs'];
const REGISTER = '@opentelemetry/auto-instrumentations-node/register';

const stock = (name: string, title: string, environment: Variant['environment'] = {}): Variant => ({
  name,
  title,
  folder: competitor('stock'),
  flags: { cjs: ['--require', REGISTER], esm: [...HOOK, '--import', REGISTER] },
  environment,
});

export const BARE = bare('bare', 'bare');
/** The same program once more: what lies between the two is the run's own error. */
export const CONTROL = bare('bare-again', 'bare, once more');

export const VARIANTS: readonly Variant[] = [
  BARE,
  CONTROL,
  vigil('vigil', 'Vigil'),
  vigil('vigil-all', 'Vigil, everything exported', { OTEL_TRACES_SAMPLER: 'always_on' }),
  vigil('vigil-off', 'Vigil, switched off at start', { OTEL_SDK_DISABLED: 'true' }),
  stock('stock', 'stock OpenTelemetry'),
  stock('stock-off', 'stock OpenTelemetry, always_off', { OTEL_TRACES_SAMPLER: 'always_off' }),
  {
    name: 'dd-trace',
    title: 'dd-trace',
    folder: competitor('dd-trace'),
    flags: { cjs: ['--require', 'dd-trace/init'], esm: ['--import', 'dd-trace/initialize.mjs'] },
    environment: {},
  },
  {
    name: 'splunk',
    title: 'Splunk',
    folder: competitor('splunk'),
    flags: { cjs: ['--require', '@splunk/otel/instrument'], esm: [...HOOK, '--require', '@splunk/otel/instrument'] },
    environment: {},
  },
  {
    name: 'elastic',
    title: 'Elastic',
    folder: competitor('elastic'),
    flags: both('--import', '@elastic/opentelemetry-node'),
    environment: { ELASTIC_OTEL_OPAMP_ENDPOINT: '' },
  },
  {
    name: 'sentry',
    title: 'Sentry',
    folder: competitor('sentry'),
    flags: both('--import', './instrument.mjs'),
    environment: {},
  },
  {
    name: 'autotel',
    title: 'autotel',
    folder: competitor('autotel'),
    flags: { cjs: ['--require', './instrument.cjs'], esm: ['--import', './instrument.mjs'] },
    environment: {},
  },
];

/**
 * Environment of every variant alike; each agent reads its part. Cloud detectors of resources are left out: outside a cloud
 * they wait for link-local addresses. Everything else is each agent's default.
 */
export function environmentOf({ environment }: Variant, sinkPort: number): Record<string, string> {
  const sink = `http://127.0.0.1:${sinkPort}`;
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    NODE_ENV: 'production',
    OTEL_SERVICE_NAME: 'measured',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_NODE_RESOURCE_DETECTORS: 'env,host,os,process',
    DD_TRACE_AGENT_URL: sink,
    DD_SERVICE: 'measured',
    SENTRY_DSN: `http://key@127.0.0.1:${sinkPort}/1`,
    ...environment,
  };
}
