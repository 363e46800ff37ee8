import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { requires } from '../requirement.ts';
import { ROOT } from '../stack/vigil.ts';
import { GATEWAY, noCollector, validate } from './running-collector.ts';

const real = requires(noCollector);
const OVERLAYS = join(ROOT, 'collector/overlays');
const overlays = readdirSync(OVERLAYS).filter((name) => name.endsWith('.yaml'));

interface Pipeline {
  readonly receivers?: readonly string[];
  readonly processors?: readonly string[];
  readonly exporters?: readonly string[];
}
type Components = Readonly<Record<string, unknown>>;
interface Gateway {
  readonly receivers: Components;
  readonly processors: Components;
  readonly exporters: Readonly<
    Record<string, { sending_queue: Record<string, unknown>; retry_on_failure: Record<string, unknown> }>
  >;
  readonly connectors?: Components;
  readonly extensions: Components;
  readonly service: { readonly pipelines: Readonly<Record<string, Pipeline>> };
}

const read = (path: string) => parse(readFileSync(path, 'utf8')) as Partial<Gateway>;
const gateway = read(GATEWAY) as Gateway;
/** As the collector merges: maps are merged, lists replaced. */
const withOverlay = (name: string): Gateway => {
  const over = read(join(OVERLAYS, name));
  const pipelines: Record<string, Pipeline> = { ...gateway.service.pipelines };
  for (const [id, pipeline] of Object.entries(over.service?.pipelines ?? {})) {
    pipelines[id] = { ...pipelines[id], ...pipeline };
  }
  return { ...gateway, processors: { ...gateway.processors, ...over.processors }, service: { pipelines } };
};

const BUILD_TYPES = ['receivers', 'processors', 'exporters', 'connectors', 'extensions'] as const;
const typesOf = (config: Partial<Gateway>) =>
  BUILD_TYPES.flatMap((kind) => Object.keys(config[kind] ?? {}).map((id) => id.split('/')[0] ?? id));

real('the collector itself finds nothing wrong with gateway.yaml, alone and with each overlay', async () => {
  expect(validate([GATEWAY])).toBe('');
  for (const overlay of overlays)
    expect([overlay, validate([GATEWAY, join(OVERLAYS, overlay)])]).toEqual([overlay, '']);
});

test.each(overlays)('memory_limiter comes first wherever OTLP comes in, with %s', (overlay) => {
  for (const pipeline of Object.values(withOverlay(overlay).service.pipelines)) {
    if (pipeline.receivers?.includes('otlp')) expect(pipeline.processors?.[0]).toBe('memory_limiter');
  }
});

test.each(overlays)('redaction stands in every pipeline that OTLP enters, with %s', (overlay) => {
  for (const pipeline of Object.values(withOverlay(overlay).service.pipelines)) {
    if (pipeline.receivers?.includes('otlp')) expect(pipeline.processors).toContain('redaction');
  }
});

test('every exporter waits on disk, for ever, in a bounded queue that refuses instead of blocking', () => {
  const exporters = Object.values(gateway.exporters);
  expect(exporters).toHaveLength(3);
  for (const exporter of exporters) {
    expect(exporter.retry_on_failure.max_elapsed_time).toBe(0);
    expect(exporter.sending_queue).toMatchObject({
      storage: 'file_storage',
      queue_size: expect.stringContaining('VIGIL_COLLECTOR_QUEUE_SIZE'),
      block_on_overflow: false,
      batch: { max_size: expect.any(Number) },
    });
  }
});

test('no batch processor and no old name of a component', () => {
  const old = ['batch', 'otlphttp', 'spanmetrics', 'servicegraph', 'tailsampling', 'memorylimiter', 'filestorage'];
  for (const config of [gateway, ...overlays.map((name) => read(join(OVERLAYS, name)))]) {
    expect(typesOf(config).filter((type) => old.includes(type))).toEqual([]);
    for (const type of typesOf(config)) expect(type).toMatch(/^[a-z]+(_[a-z]+)*$/);
  }
});

test('the own distribution holds the components that the configurations use, and no other', () => {
  const manifest = parse(readFileSync(join(ROOT, 'collector/builder-config.yaml'), 'utf8')) as Record<
    string,
    { gomod: string }[]
  >;
  // …/processor/tailsamplingprocessor v0.158.0 is tail_sampling.
  const built = BUILD_TYPES.flatMap((kind) =>
    (manifest[kind] ?? []).map(({ gomod }) => {
      const [module = ''] = gomod.split(' ');
      const ending = kind.slice(0, -1);
      const name = module.slice(module.lastIndexOf('/') + 1);
      return `${ending} ${name.endsWith(ending) ? name.slice(0, -ending.length) : name}`;
    }),
  );
  const configs = [gateway, ...overlays.map((name) => read(join(OVERLAYS, name)))];
  const used = configs.flatMap((config) =>
    BUILD_TYPES.flatMap((kind) =>
      Object.keys(config[kind] ?? {}).map((id) => `${kind.slice(0, -1)} ${id.split('/')[0]?.replaceAll('_', '')}`),
    ),
  );
  expect(built.sort()).toEqual([...new Set(used)].sort());
});

test('no tail sampling by default', () => {
  expect(typesOf(gateway)).not.toContain('tail_sampling');
});

test('span metrics and the service graph are counted before tail sampling', () => {
  const { traces, 'traces/sampled': sampled } = withOverlay('tail-sampling.yaml').service.pipelines;
  expect(traces?.exporters).toEqual(['span_metrics', 'service_graph', 'forward']);
  expect(traces?.processors).not.toContain('tail_sampling');
  expect(sampled).toMatchObject({ receivers: ['forward'], processors: ['tail_sampling'] });
});

test('a span’s status message is cleaned with the patterns of the redaction processor', () => {
  const redaction = gateway.processors.redaction as { blocked_values: string[] };
  const transform = gateway.processors['transform/status'] as { trace_statements: { statements: string[] }[] };
  const patterns = transform.trace_statements[0]?.statements.map((statement) => {
    const literal = /^replace_pattern\(span\.status\.message, ("(?:[^"\\]|\\.)*"), "\*{4}"\)$/.exec(statement)?.[1];
    return literal === undefined ? statement : JSON.parse(literal);
  });
  expect(patterns).toEqual(redaction.blocked_values);
});
