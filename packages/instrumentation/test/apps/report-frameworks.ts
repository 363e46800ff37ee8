/** Preload of routes.test.ts: every instrumentation of routes, switched as `ROUTES` says. */
import { createModuleLoads } from '../../src/module-load/create-module-loads.ts';
import { expressRoutes, fastifyRoutes } from '../../src/routes/index.ts';

const modules = createModuleLoads({ warn: (line) => process.stdout.write(`warn ${line}\n`) });
for (const instrumentation of [expressRoutes({ modules }), fastifyRoutes()]) {
  instrumentation.enable();
  if (process.env.ROUTES === 'off') instrumentation.disable();
}
