export { addHttpRouteReader, type HttpRouteReader, httpRouteOf, setHttpRoute } from '../http-route.ts';
export { expressRoutes } from './express.ts';
export { fastifyRoutes } from './fastify.ts';
export { honoRoutes } from './hono.ts';
export { koaRoutes } from './koa.ts';
export { nestjsRoutes } from './nestjs.ts';
export { nextRoutes } from './next.ts';
