// A process manager: starts a container script that pretends to be the application and loads it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { work } from './member.mjs';

const container = fileURLToPath(new URL('managed-container.cjs', import.meta.url));
const children = Array.from({ length: Number(process.env.MEMBERS) }, () =>
  fork(container, [], {
    env: { ...process.env, pm_exec_path: fileURLToPath(new URL('managed.mjs', import.meta.url)) },
  }),
);
const ended = children.map((child) => once(child, 'exit'));
for (const child of children) child.once('message', () => child.send('shutdown'));
await work();
for (const [code, signal] of await Promise.all(ended)) console.log(`child ended ${signal ?? code}`);
