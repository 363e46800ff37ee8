import { eq } from 'drizzle-orm';
import type { Database } from '../database/connect.ts';
import { customers } from '../database/schema.ts';

export type Customer = typeof customers.$inferSelect;

export async function findCustomer(database: Database, customerId: number): Promise<Customer | undefined> {
  const [customer] = await database.select().from(customers).where(eq(customers.id, customerId));
  return customer;
}
