import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const APP = fileURLToPath(new URL('apps/instrumented.cjs', import.meta.url));

/** Spans of the application as lines of JSON, sorted. In a process of its own: instrumentations patch modules. */
async function spansWith(provider: string): Promise<string[]> {
  const run = promisify(execFile)(process.execPath, ['--conditions=@vigil/source', APP, provider], {
    env: { PATH: process.env.PATH },
    timeout: 60_000,
  });
  return JSON.parse((await run).stdout) as string[];
}

test('express, http, ioredis and pg under upstream instrumentations make the same spans as with the SDK', async () => {
  const sdk = await spansWith('sdk');
  expect(sdk.length).toBeGreaterThanOrEqual(10);
  expect(sdk.join('\n')).toMatch(/instrumentation-pg.*boom/s);
  expect(await spansWith('light')).toEqual(sdk);
  expect(await spansWith('record')).toEqual(sdk);
}, 120_000);
