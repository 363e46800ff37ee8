// Starts itself again as a child: by fork, or by spawn with the environment alone.
import { execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { work } from './member.mjs';

const { MEMBERS, BY = 'fork', CHILD } = process.env;
const self = fileURLToPath(import.meta.url);
if (CHILD === undefined) {
  const env = { ...process.env, CHILD: 'true' };
  const start = () =>
    BY === 'fork'
      ? fork(self, { env })
      : spawn(process.execPath, [self], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const children = Array.from({ length: Number(MEMBERS) }, start);
  const ended = children.map((child) => once(child, 'exit'));
  await work();
  for (const [code, signal] of await Promise.all(ended)) console.log(`child ended ${signal ?? code}`);
  if (BY === 'spawn')
    console.log(`npm says ${execFileSync('npm', ['--version'], { encoding: 'utf8' }).trim().length > 0}`);
} else {
  await work();
  process.exitCode = 3;
  // A fork's channel would keep it.
  if (process.connected) process.disconnect();
}
