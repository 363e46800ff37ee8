import { EnvironmentReader, type EnvironmentVariables } from './environment-reader.ts';
import {
  type LogsSettings,
  type MetricsSettings,
  readLogs,
  readMetrics,
  readTraces,
  type TracesSettings,
} from './environment-signals.ts';

export type { OtlpSettings, OtlpSignal } from './environment-otlp.ts';
export type { EnvironmentVariables } from './environment-reader.ts';
export type { RetentionSettings, SamplingSettings, StandardSamplerSettings } from './environment-sampling.ts';
export type {
  BatchSettings,
  LogsSettings,
  MetricsSettings,
  SpanLimitSettings,
  TracesSettings,
} from './environment-signals.ts';

const LOG_LEVELS = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const;
const PROPAGATORS = ['tracecontext', 'baggage'] as const;

/** What an application's environment says about its telemetry; every value is valid. */
export interface TelemetrySettings {
  /** The variable that switched telemetry off: `OTEL_SDK_DISABLED=true`. Nothing when it is on, which is the default. */
  readonly disabledBy: string | undefined;
  /** `VIGIL_QUIET`: no line at start. Default: false. */
  readonly quiet: boolean;
  /** `VIGIL_WORKERS`: instrument worker threads too. Default: false. */
  readonly workers: boolean;
  /** `OTEL_LOG_LEVEL`: how much is said on stderr about telemetry's own trouble. Default: warn. */
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** `NODE_OPTIONS`, to see what else is preloaded. */
  readonly nodeOptions: string;
  /** `OTEL_SERVICE_NAME`, else `service.name` of `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly serviceName: string | undefined;
  /** `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly resourceAttributes: Readonly<Record<string, string>>;
  /** `OTEL_PROPAGATORS`. Default: tracecontext, baggage. */
  readonly propagators: readonly (typeof PROPAGATORS)[number][];
  /** `OTEL_NODE_ENABLED_INSTRUMENTATIONS`: only these. Nothing means all. */
  readonly enabledInstrumentations: readonly string[] | undefined;
  /** `OTEL_NODE_DISABLED_INSTRUMENTATIONS`: none of these. */
  readonly disabledInstrumentations: readonly string[];
  readonly traces: TracesSettings;
  readonly metrics: MetricsSettings;
  readonly logs: LogsSettings;
}

export interface Environment {
  readonly settings: TelemetrySettings;
  /** One line for each variable whose value could not be used, or that is not known. */
  readonly problems: readonly string[];
}

/** Variables of this name belong to the stack's programs and scripts (versions.env, stack.env, the `vigil` command). */
const STACK_VARIABLE =
  /^VIGIL_((COLLECTOR|PROMETHEUS|ALERTMANAGER|JAEGER|LOKI|GRAFANA|PAGER|OTLP|DEMO|TEST)_\w+|\w+_(IMAGE|PORT|VERSION|MEMORY_MIB)|ENGINE|HOME|SUPERVISED_BY|INSTALL_DOCKER)$/;

/** Standard variables that would change what a reader expects, and have no effect here. */
const UNSUPPORTED = [
  // Spans that wait are bounded in bytes, by VIGIL_RING_BYTES, and one attempt's time by OTEL_EXPORTER_OTLP_TIMEOUT.
  'OTEL_BSP_MAX_QUEUE_SIZE',
  'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
  'OTEL_BSP_EXPORT_TIMEOUT',
  'OTEL_BLRP_EXPORT_TIMEOUT',
  'OTEL_CONFIG_FILE',
  'OTEL_EXPERIMENTAL_CONFIG_FILE',
  'OTEL_METRICS_EXEMPLAR_FILTER',
  'OTEL_NODE_RESOURCE_DETECTORS',
  'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION',
];

/**
 * Reads OpenTelemetry's and Vigil's variables out of `variables`. A wrong value becomes a line in `problems` and the
 * variable's default is used, as OpenTelemetry's specification asks for. Pure; never throws.
 *
 * @example
 * ```ts
 * import { parseEnvironment } from '@vigil/config/environment';
 * const { settings, problems } = parseEnvironment({ OTEL_SERVICE_NAME: 'shop', OTEL_BLRP_MAX_QUEUE_SIZE: 'many' });
 * settings.serviceName; // 'shop'
 * problems; // ['OTEL_BLRP_MAX_QUEUE_SIZE: expected an integer ≥ 1, got "many"; using 2048']
 * ```
 */
export function parseEnvironment(variables: EnvironmentVariables): Environment {
  const reader = new EnvironmentReader(variables);
  const resourceAttributes = reader.pairs('OTEL_RESOURCE_ATTRIBUTES');
  const settings: TelemetrySettings = {
    disabledBy: readDisabledBy(reader),
    quiet: reader.boolean('VIGIL_QUIET', false),
    workers: reader.boolean('VIGIL_WORKERS', false),
    logLevel: reader.oneOf('OTEL_LOG_LEVEL', LOG_LEVELS, 'warn'),
    nodeOptions: reader.text('NODE_OPTIONS') ?? '',
    serviceName: reader.text('OTEL_SERVICE_NAME') ?? resourceAttributes['service.name'],
    resourceAttributes,
    propagators: reader.listOf('OTEL_PROPAGATORS', PROPAGATORS, PROPAGATORS),
    enabledInstrumentations: reader.list('OTEL_NODE_ENABLED_INSTRUMENTATIONS'),
    disabledInstrumentations: reader.list('OTEL_NODE_DISABLED_INSTRUMENTATIONS') ?? [],
    traces: readTraces(reader),
    metrics: readMetrics(reader),
    logs: readLogs(reader),
  };
  reportUnknown(reader, variables);
  return { settings, problems: reader.problems };
}

/** Reads the environment of this process; otherwise as {@link parseEnvironment}. Never throws. */
export function readEnvironment(): Environment {
  return parseEnvironment(process.env);
}

function readDisabledBy(reader: EnvironmentReader): string | undefined {
  const off = reader.boolean('OTEL_SDK_DISABLED', false);
  const on = reader.boolean('VIGIL_ENABLED', true);
  if (off) return 'OTEL_SDK_DISABLED=true';
  return on ? undefined : 'VIGIL_ENABLED=false';
}

function reportUnknown(reader: EnvironmentReader, variables: EnvironmentVariables): void {
  const ours = [...reader.names].filter((name) => name.startsWith('VIGIL_')).join(', ');
  for (const name of Object.keys(variables)) {
    if (name.startsWith('VIGIL_') && !reader.names.has(name) && !STACK_VARIABLE.test(name)) {
      reader.report(name, `unknown variable, ignored; an application knows ${ours}`);
    }
  }
  for (const name of UNSUPPORTED) {
    if (reader.text(name) !== undefined) reader.report(name, 'not supported, ignored');
  }
}
