import type { Telemetry } from './telemetry.ts';

/** The same symbol in every copy and version of this package: two copies in one process must see each other. */
const RUNNING_KEY = Symbol.for('vigil.node.running');

const holder = globalThis as { [RUNNING_KEY]?: Telemetry };

/** The telemetry that runs in this thread, whoever started it. */
export function runningTelemetry(): Telemetry | undefined {
  return holder[RUNNING_KEY];
}

export function setRunningTelemetry(telemetry: Telemetry | undefined): void {
  if (telemetry === undefined) delete holder[RUNNING_KEY];
  else holder[RUNNING_KEY] = telemetry;
}
