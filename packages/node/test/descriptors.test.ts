import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { PACKAGE } from './run-app.ts';

jest.setTimeout(120_000);

/** No application needs so many just to live. */
const MOST_TRIED = 64;

/** Runs the application with at most so many open files. */
function run(descriptors: number, flags: readonly string[]) {
  const app = join(PACKAGE, 'test/apps/one-span.mjs');
  const script = `ulimit -n ${descriptors} && exec "$0" "$@"`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, process.execPath, ...flags, app], {
    cwd: PACKAGE,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
  });
  return { status, stdout, stderr };
}

const isUnlimited = process.platform === 'win32';

(isUnlimited ? test.skip : test)(
  'an application that lives with so many file descriptors and one more also lives with Vigil',
  () => {
    let least = 12;
    while (least < MOST_TRIED && run(least, []).stdout !== 'ready\n') least += 1;
    expect(least).toBeLessThan(MOST_TRIED);
    const lines: string[] = [];
    // Node.js itself takes one more for itself as soon as there is something to load.
    for (let more = 1; more <= 9; more += 1) {
      const { status, stdout, stderr } = run(least + more, ['--import', '@vigil/node/register']);
      expect([least + more, status, stdout, stderr.match(/\n\s+at /)]).toEqual([least + more, 0, 'ready\n', null]);
      lines.push(stderr);
    }
    expect(lines.at(-1)).toMatch(/no export worker \(fewer than \d+ file descriptors are left/);
  },
);
