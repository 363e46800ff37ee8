// Every cell of the matrix, one after the other: a line each, and what does not hold.
// npm ci && node --conditions=@vigil/source matrix.mjs
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const IOREDIS = ['ioredis-5.0', 'ioredis-5.11', 'ioredis-6'];
const NODE_REDIS = ['redis-5.0', 'redis-5.12', 'redis-6'];
const CELLS = [
  ['ioredis-cell.mjs', IOREDIS],
  ['node-redis-cell.mjs', NODE_REDIS],
  ['cluster-cell.mjs', [...IOREDIS, ...NODE_REDIS]],
  ['sentinel-cell.mjs', [...IOREDIS, ...NODE_REDIS]],
  ['load-cell.mjs', ['all']],
  ['transparency.mjs', []],
];

for (const [program, aliases] of CELLS) {
  for (const alias of aliases.length === 0 ? [undefined] : aliases) {
    const child = spawn(
      process.execPath,
      [
        '--conditions=@vigil/source',
        '--disable-warning=ExperimentalWarning',
        program,
        ...(alias === undefined ? [] : [alias]),
      ],
      { cwd: import.meta.dirname, stdio: 'inherit' },
    );
    const [code] = await once(child, 'exit');
    if (code !== 0) process.exitCode = 1;
  }
}
