import type { Instrumentation } from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { watchApplicationUse, watchRouterUse } from './express/mounts.ts';
import { routeOfRequest } from './express/request-route.ts';
import { frameworkRoutes } from './framework.ts';

type Mounting<Watch extends (...parameters: never) => unknown> = Parameters<Watch>[0];

/**
 * `http.route` of express 4 and 5. Nothing of ours runs while a request is served: express leaves the matched route on the
 * request, and when the response has ended its pattern is looked up, with the patterns of all routers around it. Only `use` is
 * watched, for what express itself forgets: the path of a mounted router (before router 2.3) and mounted applications.
 */
export const expressRoutes = (host: Pick<InstrumentationHost, 'modules'>): Instrumentation =>
  frameworkRoutes(
    {
      name: 'express',
      files: [
        {
          library: 'express',
          files: ['lib/application.js'],
          versions: '>=4.16 <6',
          patch: ({ exports }) => watchApplicationUse(exports as unknown as Mounting<typeof watchApplicationUse>),
        },
        {
          library: 'express',
          files: ['lib/router/index.js'],
          versions: '>=4.16 <5',
          patch: ({ exports }) => watchRouterUse(exports as unknown as Mounting<typeof watchRouterUse>),
        },
        {
          library: 'router',
          files: ['index.js'],
          versions: '>=2 <3',
          patch: ({ exports }) =>
            watchRouterUse((exports as unknown as { prototype: Mounting<typeof watchRouterUse> }).prototype),
        },
      ],
      reader: routeOfRequest,
    },
    host,
  );
