import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type * as schema from './schema.ts';
import { categories, customers, products } from './schema.ts';

const CATEGORIES = ['coffee', 'tea', 'chocolate', 'spices', 'kitchen'];
const KINDS = ['House', 'Mountain', 'Harbour', 'Winter', 'Summer', 'Reserve', 'Small batch', 'Everyday'];
const CUSTOMER_COUNT = 50;
// Enough that a load test does not sell the shop out.
const STOCK = 1_000_000;

/** Fills an empty shop with 40 products and 50 invented customers. @returns false when there was something already. */
export async function seed(database: NodePgDatabase<typeof schema>): Promise<boolean> {
  const [present] = await database.select({ id: categories.id }).from(categories).limit(1);
  if (present !== undefined) return false;
  await database.transaction(async (tx) => {
    const rows = await tx
      .insert(categories)
      .values(CATEGORIES.map((name) => ({ name })))
      .returning();
    await tx.insert(products).values(
      rows.flatMap((category, at) =>
        KINDS.map((kind, kindAt) => ({
          categoryId: category.id,
          name: `${kind} ${category.name}`,
          description: `${kind} ${category.name}, packed in the week it is sent.`,
          priceCents: 350 + at * 175 + kindAt * 90,
          stock: STOCK,
        })),
      ),
    );
    await tx.insert(customers).values(
      Array.from({ length: CUSTOMER_COUNT }, (_, at) => ({
        name: `Example customer ${at + 1}`,
        email: `customer-${at + 1}@example.com`,
      })),
    );
  });
  return true;
}
