import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { openExportPipeline } from '../src/export-pipeline.ts';
import type { ExportPlatform } from '../src/worker/export-platform.ts';
import { NODE_PLATFORM } from '../src/worker/node-platform.ts';
import { type ScriptedSink, startScriptedSink } from './scripted-sink.ts';

jest.setTimeout(30_000);

let sink: ScriptedSink;
beforeAll(async () => {
  sink = await startScriptedSink();
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
