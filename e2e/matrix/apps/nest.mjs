import { ask } from './ask.mjs';

/** Decorators as calls, so that no compiler is needed. */
export async function nestApp({ common, NestFactory, adapter }) {
  const { Controller, Get, Module, VersioningType, UnauthorizedException } = common;
  class Orders {
    find() {
      return 'ok';
    }
    refuse() {
      throw new UnauthorizedException();
    }
  }
  const on = (name, decorator) =>
    decorator(Orders.prototype, name, Object.getOwnPropertyDescriptor(Orders.prototype, name));
  on('find', Get(':id'));
  on('refuse', Get(':id/refused'));
  Controller({ path: 'orders', version: '1' })(Orders);
  class Application {}
  Module({ controllers: [Orders] })(Application);

  const app = await NestFactory.create(Application, adapter, { logger: false });
  app.setGlobalPrefix('api');
  app.enableVersioning({ type: VersioningType.URI });
  await app.listen(0);
  await ask(app.getHttpServer().address().port, [
    'GET /api/v1/orders/7?secret=1',
    'GET /api/v1/orders/7/refused',
    'GET /api/v1/nowhere',
  ]);
  await app.close();
}
