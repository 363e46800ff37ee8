import { replaceMethod } from '../../patched-method.ts';
import type { NodeRedisDriver } from './node-redis-driver.ts';

interface Configuration {
  readonly metrics?: { readonly enabled?: boolean; readonly enabledMetricGroups?: readonly string[] };
}

type Init = (configuration: Configuration | undefined, ...rest: unknown[]) => unknown;

/** The group in which the library records `db.client.operation.duration`; not among those it enables by default. */
const COMMAND_GROUP = 'command';

/** Learns whether the application had the library record the duration of commands: then Vigil does not, and nothing counts twice. */
export function patchOwnMetrics(OpenTelemetry: object, driver: NodeRedisDriver): void {
  replaceMethod<Init>(
    OpenTelemetry,
    'init',
    (original) =>
      function (this: unknown, configuration, ...rest) {
        const returned = original.call(this as never, configuration, ...rest);
        const metrics = configuration?.metrics;
        if (metrics?.enabled === true && metrics.enabledMetricGroups?.includes(COMMAND_GROUP) === true) {
          driver.recordsDuration = true;
        }
        return returned;
      },
  );
}
