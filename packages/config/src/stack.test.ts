import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readStackSettings } from './stack.ts';

const stack = (text: string) => [{ path: 'stack.env', text }];
const problemsOf = (text: string, environment = {}): readonly string[] => {
  try {
    readStackSettings(stack(text), environment);
    return [];
  } catch (error) {
    return (error as { problems: readonly string[] }).problems;
  }
};

test('every problem is listed with its file and line, not only the first', () => {
  expect(problemsOf('A=1\nb=2\nno words\nA=3\nC="x"\n')).toEqual([
    'stack.env:2: expected NAME=value, got "b=2"',
    'stack.env:3: expected NAME=value, got "no words"',
    'stack.env:4: A is set twice: keep one',
    'stack.env:5: C: expected no quotes and no spaces, got "x"',
  ]);
});

test('port 65535 is one, 65536 and 0 are none', () => {
  expect(problemsOf('A_PORT=65535')).toEqual([]);
  expect(problemsOf('A_PORT=65536')).toEqual(['stack settings: A_PORT: expected a port from 1 to 65535, got "65536"']);
  expect(problemsOf('A_PORT=0')).toHaveLength(1);
});

test('a bad port in the environment is named as the environment’s fault', () => {
  expect(problemsOf('A_PORT=1', { A_PORT: 'http' })).toEqual([
    'environment: A_PORT: expected a port from 1 to 65535, got "http"',
  ]);
});

test('memory limits and queue sizes are whole numbers above 0', () => {
  expect(problemsOf('A_MIB=0\nA_QUEUE_SIZE=1.5')).toHaveLength(2);
  expect(problemsOf('A_MIB=1\nA_QUEUE_SIZE=1\nRETENTION_SIZE=8GB')).toEqual([]);
});

test('the environment wins, an empty variable does not, and other variables do not come in', () => {
  const settings = readStackSettings(stack('# a comment\nA_PORT=1\nB_PORT=2\n'), {
    A_PORT: '7',
    B_PORT: '',
    C_PORT: '9',
  });
  expect(settings.values).toEqual({ A_PORT: '7', B_PORT: '2' });
  expect(settings.number('A_PORT')).toBe(7);
});

test('a setting that no file has is an error that says where to put it', () => {
  const settings = readStackSettings(stack('A=x'), {});
  expect(() => settings.text('B')).toThrow('stack settings: B: expected in stack.env or versions.env');
  expect(() => settings.number('A')).toThrow('stack settings: A: expected a whole number above 0');
});

test('Windows line ends change nothing', () => {
  expect(readStackSettings(stack('A=1\r\nB=2\r\n'), {}).values).toEqual({ A: '1', B: '2' });
});

test('the files of this repository can be read', () => {
  const read = (path: string) => ({ path, text: readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8') });
  const settings = readStackSettings([read('versions.env'), read('stack.env')], {});
  expect(settings.number('VIGIL_OTLP_HTTP_PORT')).toBe(4318);
  expect(settings.text('VIGIL_PROMETHEUS_IMAGE')).toContain('/prometheus:v');
});
