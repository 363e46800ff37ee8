import type { Cached, ReadThroughCache } from '../cache/read-through-cache.ts';
import type { Database } from '../database/connect.ts';
import type { FaultBoard } from '../faults/fault-board.ts';
import type { ShopFaults } from '../faults/shop-faults.ts';
import {
  findProduct,
  type Product,
  type ProductFilter,
  selectProducts,
  selectProductsOneByOne,
} from './product-store.ts';

const DETAIL_TTL_SECONDS = 60;
// A list is not forgotten when a product changes, so its stock figures may be this old.
const LIST_TTL_SECONDS = 5;

export interface ProductParts {
  readonly database: Database;
  readonly cache: ReadThroughCache;
  readonly faults: FaultBoard<ShopFaults>;
}

export async function readProducts(parts: ProductParts, filter: ProductFilter): Promise<Cached<Product[]>> {
  if (parts.faults.active('n-plus-one') !== undefined)
    return { value: await selectProductsOneByOne(parts.database, filter), hit: false };
  const key = `products:${filter.category ?? ''}:${filter.after}:${filter.limit}`;
  return parts.cache.read(key, LIST_TTL_SECONDS, () => selectProducts(parts.database, filter));
}

export function readProduct({ database, cache }: ProductParts, id: number): Promise<Cached<Product | undefined>> {
  return cache.read(productKey(id), DETAIL_TTL_SECONDS, () => findProduct(database, id));
}

/** Called after stock changed, once the change is committed. */
export function forgetProducts(cache: ReadThroughCache, ids: readonly number[]): Promise<void> {
  return cache.forget(ids.map(productKey));
}

function productKey(id: number): string {
  return `product:${id}`;
}
