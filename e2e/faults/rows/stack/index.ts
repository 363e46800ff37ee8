import type { FaultRow } from '../../row.ts';
import { ALERTMANAGER_PAIR_ROWS } from './alertmanager-pair-rows.ts';
import { ALERTMANAGER_ROWS } from './alertmanager-rows.ts';
import { COLLECTOR_ROWS } from './collector-rows.ts';
import { COUNTER_ROWS } from './counter-rows.ts';
import { DASHBOARD_ROWS } from './dashboard-rows.ts';
import { MEMORY_ROWS } from './memory-rows.ts';
import { PROMETHEUS_ROWS } from './prometheus-rows.ts';
import { PROVISIONING_ROWS } from './provisioning-rows.ts';
import { QUEUE_FILE_ROWS } from './queue-file-rows.ts';
import { QUEUE_ROWS } from './queue-rows.ts';
import { STORE_DISK_ROWS } from './store-disk-rows.ts';
import { STORE_ROWS } from './store-rows.ts';
import { TARGET_ROWS } from './target-rows.ts';
import { VERSION_ROWS } from './version-rows.ts';

/** Faults of the stack, made on the real programs. */
export const STACK_ROWS: readonly FaultRow[] = [
  ...COLLECTOR_ROWS,
  ...STORE_ROWS,
  ...STORE_DISK_ROWS,
  ...QUEUE_ROWS,
  ...QUEUE_FILE_ROWS,
  ...MEMORY_ROWS,
  ...PROMETHEUS_ROWS,
  ...COUNTER_ROWS,
  ...TARGET_ROWS,
  ...ALERTMANAGER_ROWS,
  ...ALERTMANAGER_PAIR_ROWS,
  ...DASHBOARD_ROWS,
  ...PROVISIONING_ROWS,
  ...VERSION_ROWS,
];
