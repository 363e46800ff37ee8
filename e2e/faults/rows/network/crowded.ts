import { join } from 'node:path';
import { HEALTHY } from '@vigil-internal/otlp-sink';
import type { OpenRoute, Route } from '../../bed/backend.ts';
import { sickBackendRow } from '../../bed/sick-backend-row.ts';
import { type ControlGroup, createControlGroup, type GroupLimits } from '../../machine/control-group.ts';
import type { FaultRow } from '../../row.ts';
import { ledgerClaim, lossesOf, PROBES_ONLY } from './sick-answer.ts';

/** The application lives in a control group. */
interface GroupWay extends Route {
  readonly group: ControlGroup;
}

const inGroup =
  (limits: GroupLimits): OpenRoute<GroupWay> =>
  async (sink) => {
    const group = createControlGroup(limits);
    return { url: sink.url, command: group.command, group, close: async () => group.remove() };
  };

/** Enough for the application and for Vigil's bound, not for a queue that grows while nothing is taken. */
const TIGHT_MIB = 256;
const LITTLE_CPU = 0.2;

interface Tight {
  readonly id: string;
  readonly fault: string;
  readonly expected: string;
  readonly limits: GroupLimits;
}

const tightRow = ({ limits, ...row }: Tight): FaultRow =>
  sickBackendRow({
    ...row,
    needs: ['root', 'cgroup'],
    bounds: {
      ...PROBES_ONLY,
      // With a fifth of a core what takes 0.4 s of it takes 2 s.
      stopSeconds: limits.cpus === undefined ? 2.5 : 5,
    },
    route: inGroup(limits),
    sicken: ({ sink }) => sink.behave({ kind: 'hang' }),
    heal: ({ sink }) => sink.behave(HEALTHY),
  });

/** F34, F35: an application that is short of something, while its backend hangs. */
export const crowdedRows: readonly FaultRow[] = [
  tightRow({
    id: 'F34 memory',
    fault: `the application has ${TIGHT_MIB} MiB (control group), and the backend hangs`,
    expected: 'the ring was there at the start: nothing grows while nothing is taken, the kernel has nobody to kill',
    limits: { memoryBytes: TIGHT_MIB * 2 ** 20 },
  }),
  tightRow({
    id: 'F34 cpu',
    fault: `the application has ${LITTLE_CPU} of a core (control group), and the backend hangs`,
    expected: 'no work is done again and again for a backend that takes nothing',
    limits: { cpus: LITTLE_CPU },
  }),
  sickBackendRow({
    id: 'F35',
    fault:
      'the application has 50,000 timers and 10,000 sockets, and its global agents are exhausted (one socket, taken); the backend answers after 1 s',
    expected: 'the exporter has an agent of its own: everything is delivered',
    environment: { NODE_OPTIONS: `--import=${join(import.meta.dirname, '../../machine/preloads/crowd.mjs')}` },
    sicken: ({ sink }) => sink.behave({ kind: 'answer', delayMillis: 1_000 }),
    heal: ({ sink }) => sink.behave(HEALTHY),
    also: ledgerClaim('I4', 'nothing is lost', (ledger) => ({
      held: Object.values(ledger.lost).every((count) => count === 0),
      seen: lossesOf(ledger),
    })),
  }),
];
