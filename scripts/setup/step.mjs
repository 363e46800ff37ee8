import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const startedMillis = performance.now();
const HEARTBEAT_MILLIS = 20_000;

/** One line of progress on standard error; standard output stays free for the result. */
export function say(step, text) {
  const seconds = String(Math.round((performance.now() - startedMillis) / 1000)).padStart(4);
  process.stderr.write(`${seconds} s  ${step.padEnd(12)} ${text}\n`);
}

/** A failed step: what went wrong, where the log is and what to do. */
export class StepError extends Error {
  constructor(step, text, advice) {
    super(`${step}: ${text}\n  → ${advice}`);
    this.name = 'StepError';
  }
}

/**
 * Runs a command with its output in `.vigil/logs/setup-<step>.log`, says what it does and how long it usually takes, and
 * gives a sign of life every 20 s. Throws StepError with the last lines of the log when the command fails.
 */
export async function run({ root, step, title, usually, command, args, cwd, env, advice }) {
  const log = join(root, '.vigil/logs', `setup-${step.replace(/[^a-z0-9]+/gi, '-')}.log`);
  mkdirSync(dirname(log), { recursive: true });
  const output = openSync(log, 'w');
  const begun = performance.now();
  const elapsed = () => `${Math.round((performance.now() - begun) / 1000)} s`;
  say(step, `${title}${usually ? ` (usually ${usually})` : ''}`);
  const heartbeat = setInterval(() => say(step, `still working, ${elapsed()} so far`), HEARTBEAT_MILLIS);
  const code = await new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: cwd ?? root,
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output],
    });
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (status, signal) => resolve(status ?? signal));
  });
  clearInterval(heartbeat);
  closeSync(output);
  if (code !== 0) {
    const tail = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-15)
      .map((line) => `    ${line}`)
      .join('\n');
    throw new StepError(
      step,
      `"${command} ${args.join(' ')}" failed (${code})\n${tail}\n    whole log: ${log}`,
      advice,
    );
  }
  say(step, `done in ${elapsed()}`);
}

/** Whether `stamp` holds exactly `content`: the step was done with the same inputs before. */
export function isStamped(stamp, content) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === content;
}

export function writeStamp(stamp, content) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, content);
}
