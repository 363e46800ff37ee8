import { type IRouter, Router } from 'express';
import { z } from 'zod';
import { checked, id } from '../http/input.ts';
import { problem, route } from '../http/reply.ts';
import { type ProductParts, readProduct, readProducts } from './product-cache.ts';
import { createProduct } from './product-store.ts';

const listQuery = z.strictObject({
  category: z.string().min(1).max(50).optional(),
  after: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

const newProduct = z.strictObject({
  name: z.string().trim().min(1).max(100),
  description: z.string().trim().max(1_000).default(''),
  category: z.string().min(1).max(50),
  priceCents: z.number().int().min(1).max(1_000_000),
  stock: z.number().int().min(0).max(1_000_000),
});

export function productRoutes(parts: ProductParts): IRouter {
  const routes = Router();

  routes.get(
    '/products',
    route(async (request) => {
      const query = checked(listQuery, 'query', request.query);
      if (!query.ok) return query.reply;
      const { value, hit } = await readProducts(parts, query.value);
      const next = value.length === query.value.limit ? value.at(-1)?.id : undefined;
      return { status: 200, body: { products: value, next: next ?? null }, headers: cacheHeader(hit) };
    }),
  );

  routes.get(
    '/products/:id',
    route(async (request) => {
      const productId = checked(id, 'path.id', request.params.id);
      if (!productId.ok) return productId.reply;
      const { value, hit } = await readProduct(parts, productId.value);
      if (value === undefined) return problem(404, 'No such product', { productId: productId.value });
      return { status: 200, body: value, headers: cacheHeader(hit) };
    }),
  );

  routes.post(
    '/products',
    route(async (request) => {
      const body = checked(newProduct, 'body', request.body);
      if (!body.ok) return body.reply;
      const product = await createProduct(parts.database, body.value);
      if (product === undefined) return problem(400, 'No such category', { category: body.value.category });
      return { status: 201, body: product, headers: { location: `/products/${product.id}` } };
    }),
  );

  return routes;
}

function cacheHeader(hit: boolean): Record<string, string> {
  return { 'X-Cache': hit ? 'hit' : 'miss' };
}
