import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const json = <Content>(path: string) => JSON.parse(readFileSync(`${ROOT}/${path}`, 'utf8')) as Content;

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string }>>;
}
const { catalog, catalogs } = parse(readFileSync(`${ROOT}/pnpm-workspace.yaml`, 'utf8')) as {
  catalog: Record<string, string>;
  catalogs: Record<string, Record<string, string>>;
};

const asked = Object.entries(json<Package>('bench/overhead/app/package.json').dependencies);
const libraries = asked
  .filter(([name]) => !/^@(vigil|opentelemetry)\//.test(name))
  .map(([name, version]) => [name, catalogs[version.split(':')[1] ?? '']?.[name] ?? catalog[name]] as const);
const competitors = readdirSync(`${ROOT}/bench/competitors`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test('there are 6 agents beside Vigil, and 7 libraries in the application', () => {
  expect([competitors.length, libraries.length]).toEqual([6, 7]);
});

test.each(competitors)('%s runs the application with the very libraries Vigil runs it with', (name) => {
  const { dependencies } = json<Package>(`bench/competitors/${name}/package.json`);
  const { packages } = json<Lock>(`bench/competitors/${name}/package-lock.json`);
  for (const [library, version] of libraries)
    expect([library, dependencies[library], packages[`node_modules/${library}`]?.version]).toEqual([
      library,
      version,
      version,
    ]);
});
