import type { IncomingMessage } from 'node:http';
import type { Instrumentation } from '../instrumentation.ts';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { frameworkRoutes } from './framework.ts';

/** Next.js' own, `Symbol.for` there too: "to allow us to pass data between bundled modules". */
const META = Symbol.for('NextInternalRequestMeta');

interface NextRequest extends IncomingMessage {
  [META]?: { readonly match?: { readonly definition?: { readonly pathname?: unknown } } | null };
}

function routeOf(request: NextRequest): string | undefined {
  const pathname = request[META]?.match?.definition?.pathname;
  // What answers where no page does.
  if (typeof pathname !== 'string' || pathname === '/_not-found' || pathname === '/404' || pathname === '/_error') {
    return undefined;
  }
  return pathname;
}

/** `http.route` of Next.js (`/orders/[id]`): it leaves what it matched on the request, so nothing is patched. */
export const nextRoutes = (host: Pick<InstrumentationHost, 'modules'>): Instrumentation =>
  frameworkRoutes(
    {
      name: 'next',
      files: [{ library: 'next', files: ['dist/server/base-server.js'], versions: '>=14 <17' }],
      reader: routeOf,
    },
    host,
  );
