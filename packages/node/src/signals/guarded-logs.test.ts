import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type DiagLogger, diag } from '@opentelemetry/api';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import { guardLoggers, guardLogProcessor } from './guarded-logs.ts';

const lines: string[] = [];
const write = (...args: unknown[]) => void lines.push(args.join(' '));
const quiet: DiagLogger = { error: write, warn: write, info: jest.fn(), debug: jest.fn(), verbose: jest.fn() };

beforeEach(() => {
  lines.length = 0;
  diag.setLogger(quiet, { suppressOverrideMessage: true });
});
afterEach(() => diag.disable());

const settle = () => new Promise((resolve) => setImmediate(resolve));

function setUp(hook: () => unknown) {
  const call = hook as () => never;
  const hostile: LogRecordProcessor = { onEmit: call, enabled: call, forceFlush: call, shutdown: call };
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({
    processors: [guardLogProcessor(hostile), new SimpleLogRecordProcessor({ exporter })],
  });
  guardLoggers(provider);
  return { provider, exporter };
}

test.each<[string, () => unknown, string]>([
  [
    'throws',
    () => {
      throw new Error('hook');
    },
    'hook',
  ],
  [
    'throws nothing',
    () => {
      throw undefined;
    },
    'undefined',
  ],
  ['rejects', () => Promise.reject(new Error('hook')), 'hook'],
])(
  'a processor that %s keeps no record from the next one, and the application does not notice',
  async (_, hook, text) => {
    const { provider, exporter } = setUp(hook);
    provider.getLogger('app').emit({ body: 'hello' });
    await provider.forceFlush();
    await settle();
    expect(exporter.getFinishedLogRecords().map(({ body }) => body)).toEqual(['hello']);
    expect(lines).toContain(`a log record processor failed: ${text}`);
    await provider.shutdown();
  },
);

test('a record that cannot be looked into is lost with a line, the next one is not', async () => {
  const { provider, exporter } = setUp(() => undefined);
  const logger = provider.getLogger('app');
  expect(provider.getLogger('app')).toBe(logger);
  const attributes = Object.defineProperty({}, 'user', {
    enumerable: true,
    get: () => {
      throw new Error('no user');
    },
  });
  logger.emit({ body: 'one', attributes });
  logger.emit({ body: 'two' });
  await provider.forceFlush();
  expect(exporter.getFinishedLogRecords().map(({ body }) => body)).toEqual(['two']);
  expect(lines).toEqual(['a log record is lost: no user']);
});

test('a diagnostic logger of the application that throws as well does not reach the application', async () => {
  const fail = () => {
    throw new Error('hook');
  };
  diag.setLogger(
    { error: fail, warn: fail, info: fail, debug: fail, verbose: fail },
    { suppressOverrideMessage: true },
  );
  const { provider, exporter } = setUp(fail);
  provider.getLogger('app').emit({ body: 'hello' });
  await provider.forceFlush();
  expect(exporter.getFinishedLogRecords()).toHaveLength(1);
});
