import { expect, test } from '@jest/globals';
import { readPaymentsEnvironment } from './payments-environment.ts';

test('every problem is reported at once', () => {
  expect(readPaymentsEnvironment({ PAYMENTS_PORT: '65536', PAYMENTS_FAULTS: '1' })).toEqual({
    status: 'invalid',
    problems: [
      'PAYMENTS_PORT: expected a whole number from 0 to 65535, got "65536"',
      'PAYMENTS_FAULTS: expected true, false, got "1"',
    ],
  });
});

test('an empty environment is loopback, port 8081, no faults', () => {
  const read = readPaymentsEnvironment({});
  expect(read.status === 'ok' && read.configuration).toMatchObject({ host: '127.0.0.1', port: 8081, faults: false });
});
