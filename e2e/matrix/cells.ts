/** One library in one version, loaded in one way: a program, and what it has to print. */
export interface Cell {
  readonly name: string;
  /** Folder of this one, with a package.json and a lock of its own. */
  readonly folder: string;
  /** Program in that folder; it ends by itself. */
  readonly app: string;
  /** Preload of this folder, given to Node.js by `--import`. */
  readonly preload: string;
  /** Program of the folder's packages, and its parameters, to be run once before: `['next', 'build']`. */
  readonly build?: readonly string[];
  /** The lines of the standard output. */
  readonly printed: readonly string[];
}

const EXPRESS = `
GET / 200 /
GET /orders/7?secret=1 200 /orders/:id
HEAD /orders/7 200 /orders/:id
GET /first 200 /first
GET /second/2 200 /second/:id
GET /regex-12 200 /^\\/regex-(\\d+)$/
POST /both 200 /both
GET /again 200 /again
GET /fails 500 /fails
GET /only-middleware 200 -
GET /nowhere 404 -
DELETE /orders/7 404 -
GET /api/acme 200 /api/:tenant
GET /api/acme/orders/7 200 /api/:tenant/orders/:id
GET /api/acme/nested/orders/7 200 /api/:tenant/nested/orders/:id
GET /api/acme/fails 500 /api/:tenant/fails
GET /v1/orders/1 200 /v1/orders/:id
GET /v2/eu/orders/1 200 /v2/:region/orders/:id
GET /mounted/status/3 200 /mounted/status/:id
GET /mounted/fails 500 /mounted/fails`;

const FASTIFY = `
GET / 200 /
GET /orders/7?secret=1 200 /orders/:id
HEAD /orders/7 200 /orders/:id
POST /both 200 /both
GET /files/a/b 200 /files/*
GET /fails 500 /fails
GET /nowhere 404 -
GET /api/acme/orders/7 200 /api/:tenant/orders/:id
GET /api/nobody/orders/7 401 /api/:tenant/orders/:id
fastify: fastify cjs channel`;

const HONO = `
GET / 200 /
GET /orders/7?secret=1 200 /orders/:id
HEAD /orders/7 200 /orders/:id
POST /second/2 200 /second/:id
GET /fails 500 /fails
GET /nowhere 404 -
GET /api/acme/orders/7 200 /api/:tenant/orders/:id{[0-9]+}`;

const KOA = `
GET / 200 /
GET /orders/7?secret=1 200 /orders/:id
HEAD /orders/7 200 /orders/:id
GET /regex-12 200 /^\\/regex-(\\d+)$/
GET /fails 500 /fails
GET /nowhere 404 -
GET /api/acme/nested/orders/7 200 /api/:tenant/nested/orders/:id
koa: koa cjs patch`;

const NEST = `
GET /api/v1/orders/7?secret=1 200 /api/v1/orders/:id
GET /api/v1/orders/7/refused 401 /api/v1/orders/:id/refused
GET /api/v1/nowhere 404 -`;

const NEXT = `
GET / 200 /
GET /orders/7?secret=1 200 /orders/[id]
GET /api/items/a/b 200 /api/items/[...path]
GET /old/paint 200 /old/[name]
GET /nowhere 404 -
next: next cjs observation`;

const ON_EXPRESS_5 = 'express: router cjs patch\nexpress: express cjs patch';

const lines = (...parts: string[]): string[] => parts.flatMap((part) => part.trim().split('\n'));

const framework = (folder: string, app: string, ...printed: string[]): Cell => ({
  name: `${folder} ${app}`,
  folder,
  app,
  preload: 'apps/preload-routes.ts',
  printed: lines(...printed),
});

/** To add a cell, add a row; to add a library, a folder with its package.json and package-lock.json too. */
export const CELLS: readonly Cell[] = [
  framework('express-4', 'app.mjs', EXPRESS, 'express: express cjs patch'),
  framework('express-4', 'app.cjs', EXPRESS, 'express: express cjs patch'),
  // With router 2.0, which forgets the path of what is mounted.
  framework('express-5-old', 'app.mjs', EXPRESS, ON_EXPRESS_5),
  framework('express-5-old', 'app.cjs', EXPRESS, ON_EXPRESS_5),
  framework('express-5', 'app.mjs', EXPRESS, ON_EXPRESS_5),
  framework('express-5', 'app.cjs', EXPRESS, ON_EXPRESS_5),
  framework('fastify-5', 'app.mjs', FASTIFY),
  framework('fastify-5', 'app.cjs', FASTIFY),
  framework('hono-4', 'app.mjs', HONO, 'hono: hono esm patch'),
  framework('hono-4', 'tiny.mjs', HONO, 'hono: hono esm patch'),
  framework('hono-4', 'app.cjs', HONO, 'hono: hono cjs patch'),
  framework('koa-3', 'app.mjs', KOA),
  framework('koa-3', 'app.cjs', KOA),
  framework('nestjs-12', 'express.mjs', NEST, ON_EXPRESS_5, 'nestjs: @nestjs/core esm observation'),
  framework('nestjs-12', 'express.cjs', NEST, ON_EXPRESS_5, 'nestjs: @nestjs/core esm observation'),
  framework('nestjs-12', 'fastify.mjs', NEST, 'fastify: fastify cjs channel', 'nestjs: @nestjs/core esm observation'),
  framework('nestjs-12', 'fastify.cjs', NEST, 'fastify: fastify cjs channel', 'nestjs: @nestjs/core esm observation'),
  { ...framework('next-16', 'app.mjs', NEXT), build: ['next', 'build'] },
];
