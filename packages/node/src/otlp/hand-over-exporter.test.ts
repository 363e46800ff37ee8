import { expect, jest, test } from '@jest/globals';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { type Delivery, HandOverExporter } from './hand-over-exporter.ts';

const delivery = (exportItems: Delivery<string>['export']): Delivery<string> => ({
  export: exportItems,
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
});

test('the answer comes at once, however long the delivery takes', () => {
  const answer = jest.fn();
  new HandOverExporter(delivery(jest.fn()), jest.fn()).export('batch', answer);
  expect(answer.mock.calls).toEqual([[{ code: ExportResultCode.SUCCESS }]]);
});

test('a delivery that fails later is reported and not answered again', () => {
  const lost = jest.fn();
  const answer = jest.fn();
  let finish: (result: ExportResult) => void = jest.fn();
  new HandOverExporter(
    delivery((_, callback) => {
      finish = callback;
    }),
    lost,
  ).export('batch', answer);
  const error = new Error('HTTP 503');
  finish({ code: ExportResultCode.FAILED, error });
  finish({ code: ExportResultCode.FAILED });
  expect(lost.mock.calls).toEqual([[error], ['no reason given']]);
  expect(answer).toHaveBeenCalledTimes(1);
});

test('a delivery that throws is reported, and the caller sees nothing of it', () => {
  const lost = jest.fn();
  const error = new Error('cannot encode');
  const throwing = delivery(() => {
    throw error;
  });
  const answer = jest.fn();
  new HandOverExporter(throwing, lost).export('batch', answer);
  expect(lost).toHaveBeenCalledWith(error);
  expect(answer).toHaveBeenCalledTimes(1);
});

test('flush and shutdown wait for the delivery', async () => {
  const steps: string[] = [];
  const exporter = new HandOverExporter<string>(
    {
      export: jest.fn(),
      forceFlush: async () => void steps.push('flush'),
      shutdown: async () => void steps.push('shutdown'),
    },
    jest.fn(),
  );
  await exporter.forceFlush();
  await exporter.shutdown();
  expect(steps).toEqual(['flush', 'shutdown']);
});
