import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { fetchedSdk } from './fetched-sdk.ts';

fetchedSdk('node-sdk');

test('in NodeSDK 0.301 the failed trace is delivered, the ordinary one counted as sampled out, and shutdown ends it all', async () => {
  const paths: (string | undefined)[] = [];
  const sink = createServer((request, response) => {
    paths.push(request.url);
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => void sink.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
  try {
    const app = fileURLToPath(new URL('./apps/node-sdk.mjs', import.meta.url));
    const env = {
      PATH: process.env.PATH,
      SINK: `${address}/v1/traces`,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [app], { env, timeout: 60_000 });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ ended: 2, accepted: 1, sampledOut: 1, queued: 0, inflight: 0 });
    expect(paths).toEqual(['/v1/traces']);
  } finally {
    sink.closeAllConnections();
    sink.close();
  }
}, 120_000);
