import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { ConfigError, durationSeconds, parseVigilConfig } from './file.ts';
import { readStackSettings } from './stack.ts';

const ROOT = new URL('../../../', import.meta.url);
const MINIMUM = `services:
  - name: shop
    team: storefront
telemetry: {team: platform}
receivers: {pager: {urlFile: secrets/pager-url}}
links:
  grafana: http://127.0.0.1:3000
  prometheus: http://127.0.0.1:9090
  alertmanager: http://127.0.0.1:9093
  jaeger: http://127.0.0.1:16686
  runbooks: https://example.com/runbooks
`;

const problemsOf = (text: string): readonly string[] => {
  try {
    parseVigilConfig(text, 'vigil.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

test('every problem is said at once, each with its line, key, what is expected and what stands there', () => {
  const text = MINIMUM.replace('name: shop', 'name: my shop').replace('{team: platform}', '{team: 3}');
  expect(problemsOf(text)).toEqual([
    'vigil.yaml:2: services[0].name: expected a name of at most 63 letters, digits, ".", "_" or "-", got "my shop"',
    'vigil.yaml:4: telemetry.team: expected a name, got 3',
  ]);
});

test('an unknown key is refused, and the key that was probably meant is named', () => {
  expect(problemsOf(`${MINIMUM}alerting: {evaluation_interval: 5s}`)[0]).toMatch(
    /^vigil\.yaml:12: alerting\.evaluation_interval: .*did you mean evaluationInterval\?\), got the key/,
  );
  expect(problemsOf(`${MINIMUM}alerting: {holds: {}}`)[0]).toContain('(did you mean hold?)');
});

test('a missing key is "nothing", at the line of the section it belongs to', () => {
  expect(problemsOf(MINIMUM.replace('    team: storefront\n', ''))).toEqual([
    'vigil.yaml:2: services[0].team: expected a name, got nothing',
  ]);
});

test('text that is no YAML is one problem with its line', () => {
  expect(problemsOf('services: [')).toHaveLength(1);
  expect(problemsOf('a: 1\na: 2')[0]).toMatch(/^vigil\.yaml:2: expected YAML: /);
});

test('an empty file and a list say which sections a vigil.yaml has', () => {
  for (const text of ['', '[1]']) {
    expect(problemsOf(text)[0]).toContain('expected a section with services, telemetry, alerting, receivers, links');
  }
});

test.each([
  ['10', 'alerting: {absentAfter: 10}'],
  ['"10"', 'alerting: {absentAfter: "10"}'],
  ['"1h30m"', 'alerting: {absentAfter: 1h30m}'],
  ['"0s"', 'alerting: {absentAfter: 0s}'],
  ['"3m"', 'alerting: {evaluationInterval: 3m}'],
])('the duration %s is refused where it stands', (actual, line) => {
  expect(problemsOf(MINIMUM + line)).toHaveLength(1);
  expect(problemsOf(MINIMUM + line)[0]).toMatch(new RegExp(`^vigil.yaml:12: .*got ${actual}$`));
});

test('a hold of 0s is allowed: it means at once', () => {
  expect(problemsOf(`${MINIMUM}alerting: {hold: {serviceAbsent: 0s}}`)).toEqual([]);
});

test('an objective written as a share is refused, for 0.999 percent is never meant', () => {
  const slo = '    slo: {availability: {objective: 0.999}}\n';
  expect(problemsOf(MINIMUM.replace('telemetry:', `${slo}telemetry:`))[0]).toContain('a percentage such as 99.9');
});

test('100 percent is refused: it leaves no budget', () => {
  const slo = '    slo: {availability: {objective: 100}}\n';
  expect(problemsOf(MINIMUM.replace('telemetry:', `${slo}telemetry:`))[0]).toContain('leaves no budget');
});

test('a latency threshold between two buckets is refused, for it could not be counted', () => {
  const slo = '    slo: {latency: {objective: 95, threshold: 2}}\n';
  expect(problemsOf(MINIMUM.replace('telemetry:', `${slo}telemetry:`))[0]).toContain('1, 2.5, 5');
});

test('93 percent is refused with a burn factor of 14.4, 93.1 is not: its alert could never fire', () => {
  const withObjective = (objective: number) =>
    MINIMUM.replace('telemetry:', `    slo: {availability: {objective: ${objective}}}\ntelemetry:`);
  expect(problemsOf(withObjective(93))[0]).toContain('expected more than 93.056');
  expect(problemsOf(withObjective(93.1))).toEqual([]);
});

test('a short window as long as the long one is refused', () => {
  const pairs = 'alerting: {burnRates: {page: [{short: 1h, long: 1h, factor: 14.4}]}}';
  expect(problemsOf(MINIMUM + pairs)[0]).toContain('the short window to be shorter');
});

test('the same service twice is refused', () => {
  const twice = MINIMUM.replace('telemetry:', '  - {name: shop, team: other}\ntelemetry:');
  expect(problemsOf(twice)[0]).toContain('each service once');
});

test('an address where a file is wanted is refused: it is a secret', () => {
  expect(problemsOf(MINIMUM.replace('secrets/pager-url', 'https://pager.example/key'))[0]).toContain('it is a secret');
});

test('a link that ends in a slash is refused, for paths are appended', () => {
  expect(problemsOf(MINIMUM.replace('127.0.0.1:3000', '127.0.0.1:3000/'))[0]).toContain('without a slash');
});

test('the smallest file gets the defaults: sloth’s four pairs, 99.9 percent, 20 requests and 5 failures', () => {
  const { services, alerting, receivers } = parseVigilConfig(MINIMUM, 'vigil.yaml');
  expect(services).toEqual([{ name: 'shop', team: 'storefront', slo: { availability: { objective: 99.9 } } }]);
  expect(alerting.burnRates.page).toEqual([
    { short: '5m', long: '1h', factor: 14.4 },
    { short: '30m', long: '6h', factor: 6 },
  ]);
  expect(alerting.burnRates.ticket).toEqual([
    { short: '2h', long: '1d', factor: 3 },
    { short: '6h', long: '3d', factor: 1 },
  ]);
  expect(alerting.minimumTraffic).toEqual({ requests: 20, failures: 5 });
  expect(alerting.evaluationInterval).toBe('15s');
  expect(receivers).toEqual({ pager: { urlFile: 'secrets/pager-url' } });
});

test('durations are read in seconds, and what is none throws', () => {
  expect(['0s', '5m', '1h', '3d', '2w'].map(durationSeconds)).toEqual([0, 300, 3_600, 259_200, 1_209_600]);
  expect(() => durationSeconds('5')).toThrow('expected a duration such as "10m", got "5"');
});

test('the checkout’s vigil.yaml is valid, and its links name the ports of stack.env', () => {
  const text = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
  const { links } = parseVigilConfig(text('vigil.yaml'), 'vigil.yaml');
  const ports = readStackSettings([{ path: 'stack.env', text: text('stack.env') }], {});
  for (const program of ['grafana', 'prometheus', 'alertmanager', 'jaeger'] as const) {
    expect(links[program]).toBe(`http://127.0.0.1:${ports.number(`VIGIL_${program.toUpperCase()}_PORT`)}`);
  }
});
