import { spawnSync } from 'node:child_process';
import { noCollector } from '../../collector/running-collector.ts';
import type { Need } from '../row.ts';

type Lack = string | undefined;

const lacksCommand = (command: string, ...words: readonly string[]): Lack =>
  spawnSync(command, words, { stdio: 'ignore' }).error === undefined ? undefined : `no ${command}`;

const isRoot = (): Lack => (process.getuid?.() === 0 ? undefined : 'needs root');

/** What the machine is asked for each need; the answer is the reason why not. */
const QUESTIONS: Readonly<Record<Need, () => Lack>> = {
  root: isRoot,
  netns: () => isRoot() ?? lacksCommand('ip', '-V'),
  iptables: () => isRoot() ?? lacksCommand('iptables', '--version'),
  cgroup: isRoot,
  tmpfs: () => isRoot() ?? lacksCommand('mount', '--version'),
  openssl: () => lacksCommand('openssl', 'version'),
  faketime: () => lacksCommand('faketime', '--version'),
  compiler: () => lacksCommand('cc', '--version'),
  stack: () => noCollector,
  postgres: () => undefined,
  redis: () => undefined,
};

/** Why a row cannot be made on this machine; undefined when it can. */
export function lackOf(needs: readonly Need[]): Lack {
  const lacks = needs.flatMap((need) => QUESTIONS[need]() ?? []);
  return lacks.length === 0 ? undefined : lacks.join('; ');
}
