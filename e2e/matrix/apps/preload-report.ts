/** Preload of the cells of modes: prints what is said at the start, the routes of requests, and what is true at the end. */
import cluster from 'node:cluster';
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { threadId } from 'node:worker_threads';
import { createModuleLoads, type InstrumentationHost } from '@vigil/instrumentation';
import { createHttpInstrumentation } from '@vigil/instrumentation/http';
import { createPgInstrumentation } from '@vigil/instrumentation/pg';
import { createRedisInstrumentation } from '@vigil/instrumentation/redis';
import {
  APPLICATION_DISK,
  applicationFacts,
  CHANNEL_LIBRARIES,
  diagnose,
  instrumentationWords,
  noting,
  type SupportedLibrary,
} from '@vigil/instrumentation/report';
import { expressRoutes, httpRouteOf } from '@vigil/instrumentation/routes';
import { StorageContextManager } from '@vigil/tracer';

const place = cluster.isWorker ? 'child' : threadId === 0 ? 'main' : 'thread';
// Written at once: what a thread prints by its stream may come after its end.
const say = (line: string) => void writeSync(1, `${place}: ${line}\n`);

const loads = createModuleLoads({ warn: (line) => say(`warn ${line}`) });
const supported: SupportedLibrary[] = [...CHANNEL_LIBRARIES];
const hostOf = (name: string): InstrumentationHost => ({
  tracer: () => undefined,
  metrics: undefined,
  contextManager: new StorageContextManager(),
  propagator: { inject: () => undefined, extract: (context) => context, fields: () => [] },
  modules: noting(loads, name, (library) => void supported.push(library)),
  warn: say,
  nowMillis: () => performance.now(),
});
const instrumentations = [
  createHttpInstrumentation(hostOf('http')),
  expressRoutes(hostOf('express')),
  createPgInstrumentation(hostOf('pg')),
  createRedisInstrumentation(hostOf('redis')),
];
for (const instrumentation of instrumentations) instrumentation.enable();

const facts = applicationFacts(
  {
    script: process.argv[1],
    options: [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' '),
    nodeVersion: process.versions.node,
    currentFolder: process.cwd(),
    loadedBefore: Object.keys(createRequire(import.meta.url).cache ?? {}),
    blindSpot: loads.blindSpot,
  },
  APPLICATION_DISK,
);
const asked = () =>
  diagnose(
    instrumentations.map((one) => one.status()),
    supported,
    facts,
  );

say(instrumentationWords(asked()).join(' · ').replace(process.versions.node, 'N'));

subscribe('http.server.response.finish', (message) => {
  const { request } = message as { request: IncomingMessage };
  say(`${request.method} ${request.url} ${httpRouteOf(request) ?? '-'}`);
});

process.on('exit', () => {
  const { instrumented, awaited, notInstrumented } = asked();
  for (const { library, module } of instrumented.patch) say(`patched ${library} ${module}`);
  for (const { library } of awaited) say(`never loaded ${library}`);
  for (const { library, cause } of notInstrumented) say(`not ${library}: ${cause}`);
});
