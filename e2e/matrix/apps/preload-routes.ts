/** Preload of the frameworks' cells: prints for every request that ended what it was answered by, and which libraries were found. */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createModuleLoads } from '@vigil/instrumentation';
import {
  expressRoutes,
  fastifyRoutes,
  honoRoutes,
  httpRouteOf,
  koaRoutes,
  nestjsRoutes,
  nextRoutes,
} from '@vigil/instrumentation/routes';

const say = (line: string) => process.stdout.write(`${line}\n`);
const modules = createModuleLoads({ warn: (line) => say(`warn ${line}`) });
const instrumentations = [
  expressRoutes({ modules }),
  fastifyRoutes(),
  honoRoutes({ modules }),
  koaRoutes({ modules }),
  nestjsRoutes({ modules }),
  nextRoutes({ modules }),
];
for (const instrumentation of instrumentations) instrumentation.enable();

subscribe('http.server.response.finish', (message) => {
  const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
  const url = (request as { originalUrl?: string }).originalUrl ?? request.url;
  say(`${request.method} ${url} ${response.statusCode} ${httpRouteOf(request) ?? '-'}`);
});

process.on('exit', () => {
  for (const { name, status } of instrumentations) {
    const { instrumented, refused } = status();
    for (const { library, module, mechanism } of instrumented) say(`${name}: ${library} ${module} ${mechanism}`);
    for (const { library, reason } of refused) say(`${name}: ${library} refused, ${reason}`);
  }
});
