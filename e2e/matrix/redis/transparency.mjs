// Every library as the application sees it, without us and with each mechanism: prints what differs.
// node --conditions=@vigil/source transparency.mjs
import { execFile } from 'node:child_process';
import { isDeepStrictEqual, promisify } from 'node:util';
import { RedisServers } from './redis-servers.ts';

const run = promisify(execFile);
const wanted = process.argv.slice(2);
const aliases =
  wanted.length > 0 ? wanted : ['ioredis-5.0', 'ioredis-5.11', 'ioredis-6', 'redis-5.0', 'redis-5.12', 'redis-6'];
/** One microtask more for the one method whose promise goes to the application as it is: README, "What differs". */
const KNOWN = { patch: new Set(['order and microtasks of sendCommand']) };
const servers = await RedisServers.create();

async function behaviour(alias, mode) {
  const { port, kill } = await servers.start();
  const { stdout } = await run(
    process.execPath,
    ['--conditions=@vigil/source', '--disable-warning=ExperimentalWarning', 'behaviour.mjs', alias, mode, String(port)],
    { cwd: import.meta.dirname, timeout: 60_000, maxBuffer: 10_000_000 },
  );
  await kill();
  return JSON.parse(stdout.replaceAll(String(port), 'PORT'));
}

for (const alias of aliases) {
  const bare = await behaviour(alias, 'bare');
  for (const mode of ['bare', 'patch', 'channel']) {
    const seen = await behaviour(alias, mode);
    const differing = Object.keys(bare).filter((what) => !isDeepStrictEqual(bare[what], seen[what]));
    const isKnown = differing.every((what) => KNOWN[mode]?.has(what));
    if (mode !== 'channel' && !isKnown) process.exitCode = 1;
    console.log(
      `${alias.padEnd(13)} ${mode.padEnd(8)} ${Object.keys(bare).length} observations, ${differing.length} differ`,
    );
    for (const what of differing)
      console.log(
        `    ${what}\n      bare ${JSON.stringify(bare[what])}\n      ${mode.padEnd(4)} ${JSON.stringify(seen[what])}`,
      );
  }
}
await servers.close();
