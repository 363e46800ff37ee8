import type { Instrumentation } from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import type { UndiciOptions } from './options.ts';
import { UndiciRequests } from './undici-requests.ts';

/**
 * `fetch` of Node.js and the package undici, by undici's diagnostics channels.
 *
 * @example
 * createUndiciInstrumentation(host, { baggageHosts: ['.internal'] }).enable();
 */
export function createUndiciInstrumentation(host: InstrumentationHost, options: UndiciOptions = {}): Instrumentation {
  const requests = new UndiciRequests(host, options);
  return {
    name: 'undici',
    enable: () => requests.enable(),
    disable: () => requests.disable(),
    status: () => ({
      name: 'undici',
      isEnabled: requests.isEnabled,
      instrumented: requests.isEnabled
        ? [{ library: 'fetch', version: process.versions.undici, mechanism: 'channel', module: 'builtin' }]
        : [],
      refused: [],
    }),
  };
}
