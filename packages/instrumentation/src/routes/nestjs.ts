import type { Instrumentation } from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { frameworkRoutes } from './framework.ts';

/**
 * NestJS serves through express or fastify and registers whole patterns there (global prefix, version and controller included),
 * whose instrumentations say the route. This one says that NestJS is there.
 */
export const nestjsRoutes = (host: Pick<InstrumentationHost, 'modules'>): Instrumentation =>
  frameworkRoutes(
    { name: 'nestjs', files: [{ library: '@nestjs/core', files: ['nest-factory.js'], versions: '>=9 <13' }] },
    host,
  );
