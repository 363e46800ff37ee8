import type { Instrumentation, InstrumentedLibrary } from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { ClientRequests } from './client-requests.ts';
import type { HttpOptions } from './options.ts';
import { ServerRequests } from './server-requests.ts';
import { UpgradeRequests } from './upgrade-requests.ts';

/**
 * Server and client of Node.js' `http` and `https`, by its diagnostics channels: ES modules, CommonJS and bundles alike, whatever was
 * loaded first.
 *
 * @example
 * const http = createHttpInstrumentation(host, { bodySizes: true });
 * http.enable();
 */
export function createHttpInstrumentation(host: InstrumentationHost, options: HttpOptions = {}): Instrumentation {
  const tracer = host.tracer('@vigil/instrumentation/http');
  const server = options.server === false ? undefined : new ServerRequests(host, tracer, options);
  const upgrades = server === undefined ? undefined : new UpgradeRequests(host, server);
  const client = options.client === false ? undefined : new ClientRequests(host, options);
  const parts = [server, upgrades, client];
  return {
    name: 'http',
    enable: () => {
      for (const part of parts) part?.enable();
    },
    disable: () => {
      for (const part of parts) part?.disable();
    },
    status: () => {
      const isEnabled = server?.isEnabled === true || client?.isEnabled === true;
      const libraries = server === undefined ? [] : ['node:http server', 'node:https server'];
      if (client !== undefined) libraries.push('node:http client', 'node:https client');
      return { name: 'http', isEnabled, instrumented: isEnabled ? libraries.map(builtin) : [], refused: [] };
    },
  };
}

const builtin = (library: string): InstrumentedLibrary => ({
  library,
  version: process.versions.node,
  mechanism: 'channel',
  module: 'builtin',
});
