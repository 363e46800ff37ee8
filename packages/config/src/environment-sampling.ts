import type { EnvironmentReader } from './environment-reader.ts';

const STANDARD_SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** What `OTEL_TRACES_SAMPLER` asks for: exactly that is exported. */
export interface StandardSamplerSettings {
  readonly name: (typeof STANDARD_SAMPLERS)[number];
  /** Share of traces the `…traceidratio` samplers keep, 0 to 1. Default: 1. */
  readonly ratio: number;
}

/** Which traces are kept where `OTEL_TRACES_SAMPLER` is not set: errors, slow ones, critical routes and a share of the rest. */
export interface RetentionSettings {
  /** `VIGIL_SAMPLING_RATIO`: share of ordinary traces, 0 to 1. Default: 0.1. */
  readonly ratio: number;
  /** `VIGIL_SAMPLING_SLOW_MILLIS`: a trace that took longer is kept; `adaptive` learns it by route. Default: 1,000. */
  readonly slowThresholdMillis: number | 'adaptive';
  /** `VIGIL_SAMPLING_CRITICAL_ROUTES`: all traces of these routes are kept. Default: none. */
  readonly criticalRoutes: readonly string[];
  /** `VIGIL_SAMPLING_HEALTH_CHECK_ROUTES`: only errors and slow traces of these are kept. Nothing means the usual names. */
  readonly healthCheckRoutes: readonly string[] | undefined;
}

export type SamplingSettings =
  | { readonly kind: 'standard'; readonly standard: StandardSamplerSettings }
  | { readonly kind: 'retention'; readonly retention: RetentionSettings };

const RETENTION_VARIABLES = [
  'VIGIL_SAMPLING_RATIO',
  'VIGIL_SAMPLING_SLOW_MILLIS',
  'VIGIL_SAMPLING_CRITICAL_ROUTES',
  'VIGIL_SAMPLING_HEALTH_CHECK_ROUTES',
];

/** Reads what decides over traces; a set `OTEL_TRACES_SAMPLER` keeps its meaning and rules out the rest. */
export function readSampling(reader: EnvironmentReader): SamplingSettings {
  const retention = readRetention(reader);
  if (reader.text('OTEL_TRACES_SAMPLER') === undefined) return { kind: 'retention', retention };
  for (const name of RETENTION_VARIABLES) {
    if (reader.text(name) !== undefined) reader.report(name, 'no effect, OTEL_TRACES_SAMPLER decides');
  }
  const name = reader.oneOf('OTEL_TRACES_SAMPLER', STANDARD_SAMPLERS, 'parentbased_always_on');
  const ratio = name.endsWith('traceidratio') ? reader.fraction('OTEL_TRACES_SAMPLER_ARG', 1) : 1;
  return { kind: 'standard', standard: { name, ratio } };
}

function readRetention(reader: EnvironmentReader): RetentionSettings {
  const slow = 'VIGIL_SAMPLING_SLOW_MILLIS';
  return {
    ratio: reader.fraction('VIGIL_SAMPLING_RATIO', 0.1),
    slowThresholdMillis:
      reader.text(slow)?.toLowerCase() === 'adaptive' ? 'adaptive' : reader.integer(slow, 1_000, { minimum: 0 }),
    criticalRoutes: readRoutes(reader, 'VIGIL_SAMPLING_CRITICAL_ROUTES') ?? [],
    healthCheckRoutes: readRoutes(reader, 'VIGIL_SAMPLING_HEALTH_CHECK_ROUTES'),
  };
}

/** What the span processor takes for a route; one that is none is left out. */
const ROUTE_TEXT_MAXIMUM = 1_024;
const ROUTES_MAXIMUM = 500;

function readRoutes(reader: EnvironmentReader, name: string): readonly string[] | undefined {
  const items = reader.list(name);
  if (items === undefined) return undefined;
  const routes = items.filter((route) => route.startsWith('/') && route.length <= ROUTE_TEXT_MAXIMUM);
  const wrong = items.findIndex((item) => !routes.includes(item));
  if (wrong !== -1) reader.report(name, `expected a route such as /orders at position ${wrong + 1}; left it out`);
  if (routes.length > ROUTES_MAXIMUM) reader.report(name, `more than ${ROUTES_MAXIMUM} routes; left out the rest`);
  return routes.length === 0 ? undefined : routes.slice(0, ROUTES_MAXIMUM);
}
