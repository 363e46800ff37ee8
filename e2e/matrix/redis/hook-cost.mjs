// What a hook costs: microseconds of CPU per GET over the same library without one, all threads, garbage collection included.
// Variants take turns, each in a process of its own. node --conditions=@vigil/source hook-cost.mjs [rounds] [alias …]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MODES = [
  'bare',
  'bare again',
  'patch, switched off',
  'patch, no parent',
  'patch, span',
  'channel, no parent',
  'channel, span',
];
const COMMANDS = 10_000;
const [rounds = '12', ...wanted] = process.argv.slice(2);
const aliases = wanted.length > 0 ? wanted : ['ioredis-6', 'ioredis-5.11', 'redis-6', 'redis-5.12'];

const quantile = (values, share) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];
const shown = (value) => value.toFixed(2).padStart(6);

for (const alias of aliases) {
  const children = await Promise.all(
    MODES.map(async (mode) => {
      const child = fork(join(import.meta.dirname, 'hook-cost-process.mjs'), [alias, mode], {
        execArgv: ['--conditions=@vigil/source', '--disable-warning=ExperimentalWarning'],
      });
      await once(child, 'message');
      return child;
    }),
  );
  const micros = MODES.map(() => []);
  for (let round = -4; round < Number(rounds); round += 1) {
    for (const [index, child] of children.entries()) {
      child.send(COMMANDS);
      const [value] = await once(child, 'message');
      if (round >= 0) micros[index].push(value);
    }
  }
  for (const child of children) child.disconnect();
  const [bare] = micros;
  console.log(`${alias}: µs of CPU per GET; bare ${shown(quantile(bare, 0.5))}`);
  for (const [index, mode] of MODES.entries()) {
    if (index === 0) continue;
    const over = micros[index].map((value, round) => value - bare[round]);
    console.log(
      `  ${mode.padEnd(20)} ${shown(quantile(over, 0.5))}  (${shown(quantile(over, 0.25))} to ${shown(quantile(over, 0.75))}), best ${shown(Math.min(...micros[index]) - Math.min(...bare))}`,
    );
  }
}
