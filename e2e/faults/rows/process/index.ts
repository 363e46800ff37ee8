import type { FaultRow } from '../../row.ts';
import { BURSTS } from './bursts.ts';
import { CARDINALITY } from './cardinality.ts';
import { CRASH_LEFTOVERS } from './crash-leftovers.ts';
import { DESCRIPTOR_LIMITS } from './descriptor-limits.ts';
import { ENDINGS } from './endings.ts';
import { ENVIRONMENT_TABLE } from './environment-table.ts';
import { FEEDBACK_LOOP } from './feedback-loop.ts';
import { HOSTILE_HOOKS } from './hostile-hooks.ts';
import { HOSTILE_VALUES } from './hostile-values.ts';
import { LOADED_TWICE } from './loaded-twice.ts';
import { NATURAL_END } from './natural-end.ts';
import { NODE_VERSIONS_ROWS } from './node-versions.ts';
import { POLLUTED_PROTOTYPE } from './polluted-prototype.ts';
import { PROCESS_FAMILIES } from './process-families.ts';
import { PROMETHEUS_PORT } from './prometheus-port.ts';
import { PROPAGATION_GARBAGE } from './propagation-garbage.ts';
import { SIGNALS } from './signals.ts';
import { SURROUNDINGS } from './surroundings.ts';
import { VERSIONS_APART } from './versions-apart.ts';
import { WORKER_DIES } from './worker-dies.ts';
import { WORKER_UNAVAILABLE } from './worker-unavailable.ts';

/** F19–F33, F36–F40, F50, F51: what concerns the application's own process. */
export const PROCESS_ROWS: readonly FaultRow[] = [
  ...WORKER_DIES,
  ...WORKER_UNAVAILABLE,
  ...SIGNALS,
  ENDINGS,
  ...CRASH_LEFTOVERS,
  NATURAL_END,
  ...PROCESS_FAMILIES,
  ...LOADED_TWICE,
  ...BURSTS,
  ...HOSTILE_VALUES,
  ...HOSTILE_HOOKS,
  ...POLLUTED_PROTOTYPE,
  ENVIRONMENT_TABLE,
  ...SURROUNDINGS,
  DESCRIPTOR_LIMITS,
  CARDINALITY,
  PROPAGATION_GARBAGE,
  ...PROMETHEUS_PORT,
  ...FEEDBACK_LOOP,
  ...VERSIONS_APART,
  ...NODE_VERSIONS_ROWS,
];
