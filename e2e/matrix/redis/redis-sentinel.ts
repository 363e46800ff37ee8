import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inheritedEnvironment, probe, readServices, redisProgram } from '@vigil/cli';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Name under which the sentinel knows its master. */
export const MASTER_NAME = 'shop';

/** A real sentinel that watches one master. @param port free, for the sentinel itself. */
export async function startSentinel(port: number, masterPort: number): Promise<{ close(): Promise<void> }> {
  const data = await mkdtemp(join(tmpdir(), 'vigil-redis-matrix-'));
  const file = join(data, 'sentinel.conf');
  await writeFile(file, `bind 127.0.0.1\nport ${port}\nsentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} 1\n`);
  const source = readServices(ROOT).redis;
  const { command, environment } = redisProgram({
    root: ROOT,
    source,
    data,
    port,
    environment: inheritedEnvironment(process.env),
  });
  const child: ChildProcess = spawn(command, [file, '--sentinel'], {
    cwd: data,
    env: { ...inheritedEnvironment(process.env), ...environment },
    stdio: 'ignore',
  });
  while (!(await probe({ kind: 'tcp', host: '127.0.0.1', port })).ready) await sleep(30);
  return {
    async close() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}
