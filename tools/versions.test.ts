import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const versions = Object.fromEntries(
  [...read('versions.env').matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
);

/** Tag of an image without its `v`: `3.15.0`. */
const tag = (program: string) => /:v?([^@:]+)(@.*)?$/.exec(versions[`VIGIL_${program}_IMAGE`] ?? '')?.[1];

/** Version that a go.mod requires of a module. */
function required(path: string, module: string): string | undefined {
  const line = read(path)
    .split('\n')
    .find((text) => text.replace('require', '').trim().startsWith(`${module} v`));
  return line?.replace('require', '').trim().split(' ')[1];
}

interface Program {
  readonly name: string;
  readonly dir: string;
  readonly binaries: readonly {
    readonly output: string;
    readonly package: string;
    readonly tags?: string;
    /** Files that stand in for those of the module, so that less is compiled. */
    readonly trimmed?: { readonly module: string; readonly files: string };
  }[];
  readonly typicalSeconds: number;
  readonly neededFor: string;
}
const { programs } = JSON.parse(read('tools/programs.json')) as { programs: readonly Program[] };

test.each(Object.entries(versions).filter(([name]) => name.endsWith('_IMAGE')))(
  '%s names a registry and a full version, and takes a digest',
  (_, image) => {
    expect(image).toMatch(/^[a-z0-9.]+\.[a-z]+\/[a-z0-9./-]+:v?\d+\.\d+\.\d+(-slim)?(@sha256:[0-9a-f]{64})?$/);
  },
);

test('Prometheus 3.N.P is the module v0.3NN.P', () => {
  const [major, minor, patch] = (tag('PROMETHEUS') ?? '').split('.').map(Number);
  const wanted = `v0.${(major ?? 0) * 100 + (minor ?? 0)}.${patch}`;
  expect(required('tools/prometheus/go.mod', 'github.com/prometheus/prometheus')).toBe(wanted);
});

test('Alertmanager and Loki are the modules of the same version', () => {
  expect(required('tools/alertmanager/go.mod', 'github.com/prometheus/alertmanager')).toBe(`v${tag('ALERTMANAGER')}`);
  expect(required('tools/loki/go.mod', 'github.com/grafana/loki/v3')).toBe(`v${tag('LOKI')}`);
});

test('Jaeger 2.N is the module v1.(N+63), tagged together with it', () => {
  const [major, minor, patch] = (tag('JAEGER') ?? '').split('.').map(Number);
  expect(major).toBe(2);
  const wanted = `v1.${(minor ?? 0) + 63}.${patch}`;
  expect(required('tools/jaeger/go.mod', 'github.com/jaegertracing/jaeger')).toBe(wanted);
});

test('the own collector has the version of the contrib image in every component', () => {
  const manifest = parse(read('collector/builder-config.yaml')) as Record<string, { gomod: string }[]> & {
    dist: { version: string };
  };
  const version = tag('COLLECTOR');
  // Stable modules are tagged v1.(N-94) with v0.N of the others.
  const stable = `v1.${Number(version?.split('.')[1]) - 94}.0`;
  expect(manifest.dist.version).toBe(version);
  expect(required('tools/builder/go.mod', 'go.opentelemetry.io/collector/cmd/builder')).toBe(`v${version}`);
  const { dist: _, ...components } = manifest;
  for (const [kind, list] of Object.entries(components)) {
    for (const { gomod } of list) {
      const [module = '', found] = gomod.split(' ');
      expect([module, found]).toEqual([module, kind === 'providers' ? stable : `v${version}`]);
      expect([module, required('collector/distribution/go.mod', module)]).toEqual([module, found]);
    }
  }
});

test('Node has one version', () => {
  expect(tag('NODE')).toBe(`${versions.VIGIL_NODE_VERSION}-slim`);
  expect(versions.VIGIL_NODE_VERSION).toBe(read('.node-version').trim());
});

test.each(programs.map((program) => [program.name, program] as const))(
  '%s is locked and built from a package that its module names as a tool',
  (_, program) => {
    expect(existsSync(join(ROOT, program.dir, 'go.sum'))).toBe(true);
    expect(program.typicalSeconds).toBeGreaterThan(0);
    expect(['demo', 'test']).toContain(program.neededFor);
    const module = read(join(program.dir, 'go.mod'));
    for (const binary of program.binaries) {
      if (binary.package !== '.') expect(module).toMatch(new RegExp(`^(tool |\\t)${binary.package}$`, 'm'));
    }
  },
);

const trimmed = programs.flatMap(({ dir, binaries }) =>
  binaries.flatMap((binary) => (binary.trimmed === undefined ? [] : [{ dir, ...binary.trimmed }])),
);

test.each(trimmed)(
  '$files stands in for files of the very version of $module that is locked',
  ({ dir, module, files }) => {
    const all = readdirSync(join(ROOT, files), { recursive: true, encoding: 'utf8' });
    const version = required(join(dir, 'go.mod'), module);
    for (const file of all.filter((name) => name.endsWith('.go')))
      expect(read(join(files, file))).toContain(`// Stands in for ${module}@${version}/${file}`);
  },
);

test('no two programs write the same file, and what the demo needs is built first', () => {
  const outputs = programs.flatMap(({ binaries }) => binaries.map(({ output }) => output));
  expect(new Set(outputs).size).toBe(outputs.length);
  const order = programs.map(({ neededFor }) => neededFor);
  expect(order).toEqual([...order].sort());
});
