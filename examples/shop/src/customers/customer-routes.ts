import { asc, gt } from 'drizzle-orm';
import { type IRouter, Router } from 'express';
import { z } from 'zod';
import type { Database } from '../database/connect.ts';
import { isUniqueViolation } from '../database/database-failure.ts';
import { customers } from '../database/schema.ts';
import { checked, id } from '../http/input.ts';
import { problem, route } from '../http/reply.ts';
import { findCustomer } from './customer-store.ts';

const listQuery = z.strictObject({
  after: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

const newCustomer = z.strictObject({
  name: z.string().trim().min(1).max(100),
  email: z.email().max(200),
});

export function customerRoutes(database: Database): IRouter {
  const routes = Router();

  routes.get(
    '/customers',
    route(async (request) => {
      const query = checked(listQuery, 'query', request.query);
      if (!query.ok) return query.reply;
      // A list shows no addresses; one customer does.
      const rows = await database
        .select({ id: customers.id, name: customers.name })
        .from(customers)
        .where(gt(customers.id, query.value.after))
        .orderBy(asc(customers.id))
        .limit(query.value.limit);
      return { status: 200, body: { customers: rows } };
    }),
  );

  routes.get(
    '/customers/:id',
    route(async (request) => {
      const customerId = checked(id, 'path.id', request.params.id);
      if (!customerId.ok) return customerId.reply;
      const customer = await findCustomer(database, customerId.value);
      return customer === undefined
        ? problem(404, 'No such customer', { customerId: customerId.value })
        : { status: 200, body: customer };
    }),
  );

  routes.post(
    '/customers',
    route(async (request) => {
      const body = checked(newCustomer, 'body', request.body);
      if (!body.ok) return body.reply;
      try {
        const [customer] = await database.insert(customers).values(body.value).returning();
        return { status: 201, body: customer, headers: { location: `/customers/${customer?.id}` } };
      } catch (error) {
        if (isUniqueViolation(error)) return problem(409, 'There is a customer with this address');
        throw error;
      }
    }),
  );

  return routes;
}
