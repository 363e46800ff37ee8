import { currentEnvironment } from '@vigil/config/stack';
import { runCommandLine } from './command-line.ts';
import { chooseColours } from './terminal.ts';

const interruption = new AbortController();
const interrupt = (): void => {
  // The first asks the verb to put away what it began, the second insists.
  if (interruption.signal.aborted) process.exit(130);
  interruption.abort();
};
process.on('SIGINT', interrupt);
process.on('SIGTERM', interrupt);
process.on('SIGHUP', interrupt);
// `vigil logs | head` closes the pipe: nobody reads any more, so there is nothing left to do.
process.stdout.on('error', () => process.exit(0));

const environment = currentEnvironment();
process.exitCode = await runCommandLine(process.argv.slice(2), {
  cwd: process.cwd(),
  environment,
  terminal: {
    out: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    colours: chooseColours({ isTerminal: process.stdout.isTTY === true, noColor: environment.NO_COLOR }),
  },
  now: () => new Date(),
  signal: interruption.signal,
});
