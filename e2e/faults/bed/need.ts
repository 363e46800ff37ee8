import { tmpdir } from 'node:os';
import { noCollector } from '../../collector/running-collector.ts';
import { isRoot } from '../machine/command.ts';
import { available as controlGroup } from '../machine/control-group.ts';
import { available as namespace } from '../machine/namespace.ts';
import { available as smallDisk } from '../machine/small-disk.ts';
import { available as wallClock } from '../machine/wall-clock.ts';
import type { Need } from '../row.ts';

type Lack = string | undefined;

/** What the machine is asked for each need, by trying it; the answer is the reason why not. */
const QUESTIONS: Readonly<Record<Need, () => Promise<Lack>>> = {
  root: async () => (isRoot() ? undefined : 'needs root'),
  netns: namespace,
  iptables: namespace,
  cgroup: controlGroup,
  tmpfs: () => smallDisk(tmpdir()),
  compiler: wallClock,
  stack: async () => noCollector,
};

const known = new Map<Need, Promise<Lack>>();

function answer(need: Need): Promise<Lack> {
  const asked = known.get(need) ?? QUESTIONS[need]();
  known.set(need, asked);
  return asked;
}

/** Why a row cannot be made on this machine; undefined when it can. */
export async function lackOf(needs: readonly Need[]): Promise<Lack> {
  const lacks = (await Promise.all(needs.map(answer))).filter((lack) => lack !== undefined);
  return lacks.length === 0 ? undefined : [...new Set(lacks)].join('; ');
}
