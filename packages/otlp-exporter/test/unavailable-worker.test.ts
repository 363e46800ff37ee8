import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { type Sink, startSink } from '@vigil-internal/otlp-sink';
import { openExportPipeline } from '../src/export-pipeline.ts';
import type { ExportPlatform } from '../src/worker/export-platform.ts';
import { NODE_PLATFORM } from '../src/worker/node-platform.ts';

jest.setTimeout(30_000);

let sink: Sink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());

const log: string[] = [];
beforeEach(() => void log.splice(0));

/** Submits at once, before anything can be known about the worker. */
async function deliver(startWorker: ExportPlatform['startWorker'], name: string): Promise<readonly unknown[]> {
  const endpoints = { metrics: { url: `${sink.url}/v1/metrics`, headers: { 'X-Case': name } } };
  const platform = { ...NODE_PLATFORM, startWorker };
  const pipeline = openExportPipeline({ endpoints, log: (line) => void log.push(line) }, platform);
  const outcomes: unknown[] = [];
  pipeline.submit('metrics', new Uint8Array(0), 1, (outcome) => outcomes.push(outcome));
  outcomes.push(await pipeline.forceFlush());
  outcomes.push(await pipeline.shutdown());
  return outcomes;
}

const arrived = async (name: string) =>
  (await sink.report()).requests.filter(({ headers }) => headers['x-case'] === name).length;

test('a worker that is refused: one line, and this thread delivers', async () => {
  const refused = () => {
    throw new Error('not here');
  };
  expect(await deliver(refused, 'refused')).toEqual([{ kind: 'accepted', rejected: 0 }, true, true]);
  expect(await arrived('refused')).toBe(1);
  expect(log).toEqual(["no export worker (not here), exporting on the application's thread"]);
});

test('a worker whose file a bundler left out: what was given to it already is delivered by this thread', async () => {
  const missing: ExportPlatform['startWorker'] = ({ port }) => {
    const worker = new Worker(new URL('missing.js', import.meta.url), { transferList: [port], workerData: port });
    worker.unref();
    return worker;
  };
  expect(await deliver(missing, 'missing')).toEqual([{ kind: 'accepted', rejected: 0 }, true, true]);
  expect(await arrived('missing')).toBe(1);
  expect(log).toEqual([
    expect.stringMatching(/^no export worker \(.*missing\.js.*\), exporting on the application's thread$/),
  ]);
});

test('a defect in what Node.js calls back is one line, not an uncaught exception of the application', async () => {
  const ignored = () => undefined;
  const port = Object.assign(new EventEmitter(), { unref: ignored, close: ignored, postMessage: ignored });
  const worker = Object.assign(new EventEmitter(), { terminate: () => Promise.resolve(0) });
  const platform = {
    ...NODE_PLATFORM,
    createChannel: () => ({ port1: port, port2: port }),
    receiveMessage: () => ({ message: undefined }),
    startWorker: () => worker,
  } as unknown as ExportPlatform;
  const pipeline = openExportPipeline({ endpoints: {}, log: (line) => void log.push(line) }, platform);
  port.emit('message', undefined);
  port.emit('message', undefined);
  worker.emit('exit', 1);
  worker.emit('error', Object.create(null));
  expect(log).toEqual([expect.stringMatching(/^the export worker's host failed .*kind/)]);
  expect(await pipeline.shutdown({ timeoutMillis: 10 })).toBe(false);
  expect(pipeline.drainSync()).toBe(false);
});
