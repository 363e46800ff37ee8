// `pnpm bench NAME [options]`: runs one of the benchmarks, each of which knows --help.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BENCHMARKS: Readonly<Record<string, { readonly file: string; readonly about: string }>> = {
  overhead: { file: 'overhead/overhead.ts', about: 'CPU, latency, memory and start of an application with each agent' },
  'in-process': { file: 'in-process/in-process.ts', about: 'microseconds of each hook, without a network' },
  pipeline: { file: 'pipeline/pipeline.ts', about: 'what a span costs from its start to the collector' },
  startup: { file: 'startup/startup.ts', about: 'time until a small application listens' },
};

const [name = '--help', ...words] = process.argv.slice(2).filter((word) => word !== '--');
const benchmark = BENCHMARKS[name];
if (benchmark === undefined) {
  const list = Object.entries(BENCHMARKS).map(([one, { about }]) => `  ${one.padEnd(12)} ${about}`);
  process.stdout.write(`usage: pnpm bench NAME [options]\n\n${list.join('\n')}\n\nEach knows --help.\n`);
  process.exitCode = name === '--help' ? 0 : 2;
} else {
  const file = fileURLToPath(new URL(benchmark.file, import.meta.url));
  const args = ['--conditions=@vigil/source', '--disable-warning=ExperimentalWarning', file, ...words];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  // The terminal's own interruption reaches the benchmark too, which ends what it started: this one has only to wait.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (signal === 'SIGTERM') child.kill(signal);
    });
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 130);
  });
}
