import type { FaultRow } from '../../row.ts';
import { awayRows } from './away.ts';
import { brokenRows } from './broken.ts';
import { clockRows } from './clock.ts';
import { crowdedRows } from './crowded.ts';
import { fleetRow } from './fleet.ts';
import { nameRows } from './names.ts';
import { packetRows } from './packets.ts';
import { refusingRows } from './refusing.ts';
import { silentRows } from './silent.ts';
import { strangeRows } from './strange.ts';
import { tlsRows } from './tls.ts';

/** What can be wrong with a backend and the way to it: F1 to F18, F34, F35, F41. */
export const networkRows: readonly FaultRow[] = [
  ...awayRows,
  ...silentRows,
  ...refusingRows,
  ...packetRows,
  ...strangeRows,
  ...tlsRows,
  ...nameRows,
  ...brokenRows,
  ...clockRows,
  ...crowdedRows,
  fleetRow,
];
