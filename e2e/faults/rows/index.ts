import type { NotMade } from '../report/docs.ts';
import { byCatalogue } from '../report/result.ts';
import type { FaultRow } from '../row.ts';
import { controlRow } from './control.ts';
import { networkRows } from './network/index.ts';
import { pairRows } from './pairs/index.ts';
import { PROCESS_ROWS } from './process/index.ts';
import { STACK_ROWS } from './stack/index.ts';

/** Every row of the bed, in the order of the catalogue; the pairs follow from the seed. */
export const allRows = (seed: number): readonly FaultRow[] =>
  [controlRow, ...networkRows, ...PROCESS_ROWS, ...STACK_ROWS, ...pairRows(seed)].toSorted(byCatalogue);

/** What is made nowhere in the bed, or only in part, and why. */
export const NOT_MADE: readonly NotMade[] = [
  {
    id: 'F2 10 minutes',
    fault: 'a backend away for ten minutes',
    reason:
      'in virtual time only: the simulator, and `dead` of bench/pipeline; a row here is away for as long as it is compared',
  },
  {
    id: 'F41 100 processes',
    fault: 'a fleet of a hundred processes loses its backend',
    reason: 'two cores carry eight processes, as row F41 does; the simulator has one application',
  },
  {
    id: 'F42',
    fault: 'a configuration pushed at run time is malformed, hostile, or flaps',
    reason: 'there is nothing to push to: Vigil reads its configuration at start',
  },
  {
    id: 'F49 Grafana itself',
    fault: 'Grafana restarts',
    reason:
      'Grafana cannot be built from sources here; its files are checked, and what its panels ask is asked of the real Prometheus (rows F49)',
  },
  {
    id: 'F50 another collector',
    fault: 'the queue on disk is read by a collector of another version',
    reason: 'one version of the collector can be built here',
  },
  {
    id: 'F23 power cut',
    fault: 'the power of the machine is cut',
    reason:
      'a process that is killed leaves its writes to the kernel; rows F43 and F45 damage the files as a power cut would',
  },
];
