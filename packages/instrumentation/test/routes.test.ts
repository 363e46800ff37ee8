import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';

// Processes that start on a machine that does other work.
jest.setTimeout(60_000);
const run = promisify(execFile);
const path = (name: string) => fileURLToPath(new URL(`apps/${name}`, import.meta.url));

/** What the application sees; with our preload, or with one that does nothing. */
async function observed(preload: string, env: Record<string, string> = {}): Promise<string[]> {
  const options = ['--conditions=@vigil/source', '--disable-warning=ExperimentalWarning', '--import', preload];
  const { stdout } = await run(process.execPath, [...options, path('observed-routes.ts')], {
    env: { PATH: process.env.PATH, ...env },
  });
  return stdout.split('\n').slice(0, -1);
}

const OURS = path('report-frameworks.ts');
const NOTHING = 'data:text/javascript,';

test('handlers, stacks, requests and the frames of errors are the same with and without', async () => {
  const bare = await observed(NOTHING);
  expect(await observed(OURS)).toEqual(bare);
  // What is compared is there: a comparison of nothing would hold as well.
  const names = new Set(bare.map((line) => line.split(' [', 1)[0]));
  for (const name of ['frames', 'keys', 'stack', 'handler', 'fastify frames', 'fastify request'])
    expect(names).toContain(name);
});

test('the routes of express and fastify come out, and none while switched off', async () => {
  const routes = async (env: Record<string, string>) =>
    (await observed(OURS, { PRINT_ROUTES: '1', ...env })).filter((line) => line.startsWith('route '));
  expect(await routes({})).toEqual([
    'route "/api/orders/:id"',
    'route "/api/fails"',
    'route "/fails/:id"',
    'route "/inner"',
  ]);
  expect(await routes({ ROUTES: 'off' })).toEqual([
    'route undefined',
    'route undefined',
    'route undefined',
    'route undefined',
  ]);
});
