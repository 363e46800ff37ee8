// The libraries as an application loads them, by import and by require: node --conditions=@vigil/source load-cell.mjs
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Claims } from './claims.mjs';
import { libraryVersion } from './loaded-files.ts';
import { RedisServers } from './redis-servers.ts';

const BODY = `
const port = Number(process.argv.at(-1));
(async () => {
  const redis = new Redis(port, '127.0.0.1');
  const client = createClient({ socket: { host: '127.0.0.1', port } });
  await client.connect();
  const { spans } = await recording.inSpan(async () => {
    await redis.get('a');
    await redis.pipeline().get('a').exec();
    await client.get('a');
    await client.multi().get('a').exec();
  });
  console.log(JSON.stringify({ names: spans.map(({ name }) => name), status: recording.instrumentation.status() }));
  process.exit();
})();
`;
const sources = (ioredis, redis) => ({
  import: [
    '--input-type=module',
    `import { Redis } from '${ioredis}'; import { createClient } from '${redis}'; ${BODY}`,
  ],
  require: [
    '--input-type=commonjs',
    `const { Redis } = require('${ioredis}'); const { createClient } = require('${redis}'); ${BODY}`,
  ],
});
const claims = new Claims();
const servers = await RedisServers.create();
const { port } = await servers.start();
for (const [ioredis, redis] of [
  ['ioredis-5.11', 'redis-5.12'],
  ['ioredis-6', 'redis-6'],
]) {
  for (const [how, [type, source]] of Object.entries(sources(ioredis, redis))) {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--conditions=@vigil/source',
        '--disable-warning=ExperimentalWarning',
        '--import',
        './preload.mjs',
        type,
        '--eval',
        source,
        String(port),
      ],
      { cwd: import.meta.dirname, timeout: 60_000 },
    );
    const { names, status } = JSON.parse(stdout);
    claims.is(`${how} of ${ioredis} and ${redis}: spans`, names, ['GET', 'PIPELINE', 'GET', 'MULTI']);
    claims.is(
      `${how} of ${ioredis} and ${redis}: status`,
      [status.instrumented, status.refused],
      [
        [
          { library: 'ioredis', version: libraryVersion(ioredis), mechanism: 'patch', module: 'cjs' },
          { library: '@redis/client', version: libraryVersion(redis), mechanism: 'patch', module: 'cjs' },
        ],
        [],
      ],
    );
  }
}
await servers.close();
claims.report('loaded by import and by require');
