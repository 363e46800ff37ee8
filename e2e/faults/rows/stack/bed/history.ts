import { closeSync, openSync, writeSync } from 'node:fs';
import { METRICS, NATIVE_METRICS, promLabel, promName } from '@vigil/conventions';

/** What a watched machine park looks like to Prometheus. */
export interface HistoryOptions {
  readonly services: readonly string[];
  readonly instances: number;
  readonly routes: number;
  /** The past that is written, in seconds, and how far apart its samples are. */
  readonly seconds: number;
  readonly stepSeconds: number;
}

type Labels = Readonly<Record<string, string>>;

/** Values of the labels that have more than one. */
const valuesOf = (label: string, routes: number): readonly string[] =>
  ({
    http_route: Array.from({ length: routes }, (_, index) => `/route/${index}`),
    http_response_status_code: ['200', '500'],
    db_operation_name: ['SELECT', 'INSERT', 'UPDATE', 'GET', 'SET'],
    exporter: ['otlp_http/traces', 'otlp_http/metrics', 'otlp_http/logs'],
    error_type: ['', 'timeout'],
  })[label] ?? ['one'];

function combinations(labels: readonly string[], routes: number): Record<string, string>[] {
  return labels.reduce<Record<string, string>[]>(
    (all, label) => all.flatMap((one) => valuesOf(label, routes).map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}

const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');

/**
 * Writes the past of every metric that Vigil knows as OpenMetrics, ending now; resolves to the number of series. `promtool
 * tsdb create-blocks-from openmetrics` makes blocks of it.
 */
export function writeHistory(path: string, options: HistoryOptions): number {
  const file = openSync(path, 'w');
  const end = Math.floor(Date.now() / 1_000);
  const times = Array.from(
    { length: Math.floor(options.seconds / options.stepSeconds) },
    (_, index) => end - options.seconds + index * options.stepSeconds,
  );
  let series = 0;
  const write = (name: string, labels: Labels, at: (step: number) => number): void => {
    series += 1;
    const head = `${name}{${labelText(labels)}} `;
    writeSync(file, times.map((time, step) => `${head}${at(step)} ${time}\n`).join(''));
  };
  for (const metric of METRICS) {
    const name = promName(metric);
    const family = metric.kind === 'counter' ? name.replace(/_total$/, '') : name;
    writeSync(file, `# TYPE ${family} ${typeOf(metric.kind)}\n`);
    for (const labels of pushed(metric.attributes.map(promLabel), options)) {
      if (metric.kind !== 'histogram') write(name, labels, (step) => (metric.kind === 'counter' ? step * 10 : 5));
      else writeHistogram(write, name, labels, metric.boundaries ?? []);
    }
  }
  for (const { name, kind, labels, job } of NATIVE_METRICS) {
    writeSync(file, `# TYPE ${kind === 'counter' ? name.replace(/_total$/, '') : name} ${kind}\n`);
    for (const own of combinations(
      labels.filter((label) => !['job', 'instance'].includes(label)),
      options.routes,
    ))
      write(name, { ...own, job, instance: 'one' }, (step) => (kind === 'counter' ? step * 10 : 1));
  }
  writeSync(file, '# EOF\n');
  closeSync(file);
  return series;
}

const typeOf = (kind: string): string => ({ counter: 'counter', histogram: 'histogram' })[kind] ?? 'gauge';

/** Label sets of a pushed metric: one for each instance of each service. */
function pushed(labels: readonly string[], { services, instances, routes }: HistoryOptions): Record<string, string>[] {
  return services.flatMap((service) =>
    Array.from({ length: instances }, (_, instance) => instance).flatMap((instance) =>
      combinations(labels, routes).map((own) => ({
        ...own,
        job: service,
        service_name: service,
        instance: `${service}-${instance}`,
        service_instance_id: `${service}-${instance}`,
        deployment_environment_name: 'local',
      })),
    ),
  );
}

function writeHistogram(
  write: (name: string, labels: Labels, at: (step: number) => number) => void,
  name: string,
  labels: Labels,
  boundaries: readonly number[],
): void {
  const bounds = [...boundaries.map(String), '+Inf'];
  for (const [index, le] of bounds.entries())
    write(`${name}_bucket`, { ...labels, le }, (step) => (step * 10 * (index + 1)) / bounds.length);
  write(`${name}_sum`, labels, (step) => step);
  write(`${name}_count`, labels, (step) => step * 10);
}
