import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { loadStackSettings } from '../stack-paths.ts';
import { SCRAPE_JOBS, stackFiles, targetFiles } from './stack-files.ts';
import { writeEtc } from './write-etc.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const settings = loadStackSettings(root, {});
const pagerUrl = 'http://127.0.0.1:1/pages?token=secret';

let etc: string;
beforeEach(() => {
  etc = mkdtempSync(join(tmpdir(), 'vigil-etc-'));
});
afterEach(() => rmSync(etc, { recursive: true, force: true }));

test('a missing file of the stack is named, and nothing is written', () => {
  const empty = join(etc, 'root');
  mkdirSync(empty);
  expect(() => writeEtc({ root: empty, etc: join(etc, 'copy'), settings, pagerUrl })).toThrow(
    /expected the stack's files collector\/gateway\.yaml, .*alerting\/alertmanager\.yaml/,
  );
  expect(readdirSync(etc)).toEqual(['root']);
});

test('the native engine runs the files of the compose file, byte for byte, beside 5 targets and the pager’s address', () => {
  writeEtc({ root, etc, settings, pagerUrl });
  const copies = stackFiles(root);
  for (const { from, to } of copies) expect(readFileSync(join(etc, to))).toEqual(readFileSync(join(root, from)));
  const made = readdirSync(etc, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(etc.length + 1));
  const expected = [...copies.map(({ to }) => to), ...targetFiles(settings).keys(), 'alertmanager/secrets/pager-url'];
  expect(made.sort()).toEqual(expected.sort());
});

test('every YAML file that compose mounts is among the copies', () => {
  const compose = readFileSync(join(root, 'docker-compose.stack.yml'), 'utf8');
  const mounted = [...compose.matchAll(/source: \.\/((?:collector|alerting)\/[^,\s]+)/g)].map(([, path]) => path ?? '');
  const copied = stackFiles(root).map(({ from }) => from);
  const targets = 'collector/backends/targets/docker';
  const unknown = mounted.filter((path) => path !== targets && !copied.some((from) => from.startsWith(path)));
  expect(mounted.length).toBeGreaterThan(5);
  expect(unknown).toEqual([]);
});

test('there is one target file for each scrape job, with the label set of the docker one', () => {
  const { scrape_configs } = parse(readFileSync(join(root, 'collector/backends/prometheus.yaml'), 'utf8'));
  const jobs = scrape_configs.map(({ job_name }: { job_name: string }) => job_name);
  expect(Object.keys(SCRAPE_JOBS).sort()).toEqual([...jobs].sort());
  for (const [path, text] of targetFiles(settings)) {
    const docker = path.replace('prometheus/targets', 'collector/backends/targets/docker');
    const [native] = parse(text);
    const [other] = parse(readFileSync(join(root, docker), 'utf8'));
    expect({ ...native, targets: [] }).toEqual({ ...other, targets: [] });
    expect(native.targets).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)]);
  }
});

test('only its owner reads the pager’s address', () => {
  writeEtc({ root, etc, settings, pagerUrl });
  const path = join(etc, 'alertmanager/secrets/pager-url');
  expect(readFileSync(path, 'utf8')).toBe(pagerUrl);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a rule file deleted in the checkout does not live on in the copies', () => {
  mkdirSync(join(etc, 'prometheus/rules'), { recursive: true });
  writeFileSync(join(etc, 'prometheus/rules/old.yaml'), 'groups: []');
  writeEtc({ root, etc, settings, pagerUrl });
  expect(readdirSync(join(etc, 'prometheus/rules'))).not.toContain('old.yaml');
});
