import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { stackPorts } from '../stack/ports.ts';
import { vigil } from '../stack/vigil.ts';

const PORT_OFFSET = 700;
const home = mkdtempSync(join(tmpdir(), 'vigil-demo-'));
const environment = { ...stackPorts(PORT_OFFSET), VIGIL_HOME: home, VIGIL_ENGINE: 'native', NO_COLOR: '1' };

afterAll(async () => {
  // A demo that did not end in time has stopped nothing.
  await vigil(['down', '--volumes'], environment);
  rmSync(home, { recursive: true, force: true });
});

test('the demo finds every signal, a trace through both services and the page, and stops everything', async () => {
  const demo = await vigil(['demo', '--check'], environment);
  process.stdout.write(demo.stdout);
  expect(demo.stdout).toContain('Everything was found.');
  expect(demo.stdout).toMatch(/AvailabilityBudgetBurnFast \(critical, payments\) \d+ s after the fault/);
  expect(demo.stdout).toMatch(/trace [0-9a-f]{32} · \d+ spans · shop → payments/);
  expect(demo.code).toBe(0);
  expect(await vigil(['status'], environment)).toMatchObject({ code: 1 });
});

test('without any stack program the applications still run under load, and --check says what is missing', async () => {
  const demo = await vigil(['demo', '--check'], { ...environment, VIGIL_PROGRAMS: join(home, 'nothing-here') });
  expect(demo.code).toBe(1);
  expect(demo.stdout).toMatch(/\d+ requests in \d+/);
  expect(demo.stdout).toMatch(/missing in .*nothing-here: alertmanager, prometheus, jaeger, loki, vigil-collector/);
});
