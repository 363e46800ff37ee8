import { expect, test } from '@jest/globals';
import { readOptions } from './options.ts';

test.each([
  [['--rate', '0'], '--rate: expected a whole number from 1 to 1000, got "0"'],
  [['--rate', '1001'], '--rate: expected a whole number from 1 to 1000, got "1001"'],
  [['--seconds', '3601'], '--seconds: expected a whole number from 1 to 3600, got "3601"'],
  [['--url', 'ftp://127.0.0.1'], '--url: expected an http URL, got "ftp://127.0.0.1"'],
  [
    ['--url', 'http://shop.example'],
    '--url: shop.example is not this machine; add --allow-remote if it is meant to get this load',
  ],
  [
    ['--url', 'http://127.0.0.1.example'],
    '--url: 127.0.0.1.example is not this machine; add --allow-remote if it is meant to get this load',
  ],
])('%j is refused with the place', (args, problem) => {
  expect(readOptions(args)).toEqual({ status: 'invalid', problem });
});

test('an unknown option is refused', () => {
  expect(readOptions(['--rat', '3'])).toMatchObject({ status: 'invalid' });
});

test('without options: 50 a second for 60 s against this machine', () => {
  expect(readOptions([])).toEqual({
    status: 'ok',
    options: { url: 'http://127.0.0.1:8080', rate: 50, seconds: 60, clients: 20, json: false },
  });
});

test.each(['http://localhost:1', 'http://[::1]:1', 'http://127.9.9.9:1'])('%s is this machine', (url) => {
  expect(readOptions(['--url', url]).status).toBe('ok');
});

test('--allow-remote lets another host in', () => {
  expect(readOptions(['--url', 'http://shop.example/', '--allow-remote'])).toMatchObject({
    options: { url: 'http://shop.example' },
  });
});
