import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { runningTelemetry } from './running.ts';
import type { ProcessFacts } from './stand-down.ts';

/** Where every copy of `@opentelemetry/api` 1.x keeps what was registered; read here without loading the package. */
const API_KEY = Symbol.for('opentelemetry.js.api.1');

/** Looks at this process; the only place that does. `nodeOptions` is `NODE_OPTIONS`. Never throws. */
export function readProcessFacts(nodeOptions: string): ProcessFacts {
  const api = (globalThis as { [API_KEY]?: { readonly trace?: unknown } })[API_KEY];
  const { versions } = process;
  return {
    nodeVersion: versions.node,
    runtime: versions.bun === undefined ? (versions.deno === undefined ? 'node' : 'deno') : 'bun',
    isMainThread,
    script: process.argv[1],
    options: [...process.execArgv, nodeOptions].join(' '),
    loadedModules: Object.keys(createRequire(import.meta.url).cache ?? {}),
    runningVersion: runningTelemetry()?.version,
    hasTracerProvider: api?.trace !== undefined,
  };
}
