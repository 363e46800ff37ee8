import express, { type Express } from 'express';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import { cartRoutes } from '../carts/cart-routes.ts';
import type { ShopConfiguration } from '../configuration/shop-environment.ts';
import { customerRoutes } from '../customers/customer-routes.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import { faultMiddleware } from '../faults/fault-middleware.ts';
import { faultRoutes } from '../faults/fault-routes.ts';
import type { ShopFaults } from '../faults/shop-faults.ts';
import { orderRoutes } from '../orders/order-routes.ts';
import type { OrderParts } from '../orders/settle-order.ts';
import { productRoutes } from '../products/product-routes.ts';
import { accessLog } from './access-log.ts';
import { errorHandler, notFound } from './error-handler.ts';
import { healthRoutes } from './health-routes.ts';
import { rateLimit } from './rate-limit.ts';

export interface AppParts extends OrderParts {
  readonly configuration: ShopConfiguration;
  readonly pool: pg.Pool;
  readonly redis: Redis;
  readonly faults: FaultBoard<ShopFaults>;
  readonly isStopping: () => boolean;
}

/** The order of things a request passes. Health and faults come before the limit and the faults, so they always answer. */
export function createApp(parts: AppParts): Express {
  const { configuration, database, cache, redis, faults, log } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    // A client that never pauses would otherwise keep its connection, and with it the process, for ever.
    if (parts.isStopping()) response.set('Connection', 'close');
    next();
  });
  app.use(healthRoutes(parts));
  app.use(accessLog(log, () => performance.now()));
  app.use(express.json({ limit: '16kb' }));
  if (configuration.faults) app.use(faultRoutes(faults, log));
  app.use(
    rateLimit({
      redis,
      limit: configuration.rateLimit,
      windowSeconds: configuration.rateWindowSeconds,
      epochMillis: Date.now,
    }),
  );
  if (configuration.faults) app.use(faultMiddleware(faults, Math.random));
  app.use(productRoutes({ database, cache, faults }));
  app.use(customerRoutes(database));
  app.use(cartRoutes(database));
  app.use(orderRoutes(parts));
  app.use(notFound);
  app.use(errorHandler(log));
  return app;
}
