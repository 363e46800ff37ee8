import { and, asc, eq, gt } from 'drizzle-orm';
import type { Database } from '../database/connect.ts';
import { categories, products } from '../database/schema.ts';

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly priceCents: number;
  readonly stock: number;
}

export interface ProductFilter {
  readonly category?: string | undefined;
  /** The last id of the page before; 0 starts at the beginning. */
  readonly after: number;
  readonly limit: number;
}

const productColumns = {
  id: products.id,
  name: products.name,
  description: products.description,
  category: categories.name,
  priceCents: products.priceCents,
  stock: products.stock,
};

export function selectProducts(database: Database, { category, after, limit }: ProductFilter): Promise<Product[]> {
  return database
    .select(productColumns)
    .from(products)
    .innerJoin(categories, eq(products.categoryId, categories.id))
    .where(and(gt(products.id, after), category === undefined ? undefined : eq(categories.name, category)))
    .orderBy(asc(products.id))
    .limit(limit);
}

/** The same answer the slow way: one query for the ids and one more for each product. Only the n-plus-one fault calls it. */
export async function selectProductsOneByOne(database: Database, filter: ProductFilter): Promise<Product[]> {
  const found: Product[] = [];
  for (const { id } of await selectProducts(database, filter)) {
    const product = await findProduct(database, id);
    if (product !== undefined) found.push(product);
  }
  return found;
}

export async function findProduct(database: Database, id: number): Promise<Product | undefined> {
  const [product] = await database
    .select(productColumns)
    .from(products)
    .innerJoin(categories, eq(products.categoryId, categories.id))
    .where(eq(products.id, id));
  return product;
}

export interface NewProduct {
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly priceCents: number;
  readonly stock: number;
}

/** @returns undefined when the category does not exist. */
export async function createProduct(database: Database, product: NewProduct): Promise<Product | undefined> {
  const [category] = await database.select().from(categories).where(eq(categories.name, product.category));
  if (category === undefined) return undefined;
  const { name, description, priceCents, stock } = product;
  const [row] = await database
    .insert(products)
    .values({ categoryId: category.id, name, description, priceCents, stock })
    .returning({ id: products.id });
  return row && { ...product, id: row.id };
}
