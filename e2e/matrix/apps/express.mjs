import { createServer } from 'node:http';
import { serveAndAsk } from './ask.mjs';

/** One application that express 4 and 5 understand alike. */
export async function expressApp(express) {
  const answer = (_request, response) => response.end('ok');
  const app = express();
  app.set('env', 'test');
  app.use((_request, _response, next) => next());
  app.get('/', answer);
  app.get('/orders/:id', answer);
  app.get(['/first', '/second/:id'], answer);
  app.get(/^\/regex-(\d+)$/, answer);
  app.route('/both').get(answer).post(answer);
  app.get('/again', (_request, _response, next) => next());
  app.get('/again', answer);
  app.get('/fails', () => {
    throw new Error('on purpose');
  });
  app.use('/only-middleware', answer);

  const orders = express.Router({ mergeParams: true });
  orders.get('/', answer);
  orders.get('/orders/:id', answer);
  orders.get('/fails', (_request, _response, next) => next(new Error('on purpose')));
  const tenant = express.Router({ mergeParams: true });
  tenant.use('/nested', orders);
  tenant.use(orders);
  app.use('/api/:tenant', tenant);
  app.use(['/v1', '/v2/:region'], orders);

  const mounted = express();
  mounted.get('/status/:id', answer);
  mounted.get('/fails', () => {
    throw new Error('on purpose');
  });
  app.use('/mounted', mounted);

  app.use((error, _request, response, _next) => {
    response.statusCode = 500;
    response.end(error.message);
  });

  await serveAndAsk(createServer(app), [
    'GET /',
    'GET /orders/7?secret=1',
    'HEAD /orders/7',
    'GET /first',
    'GET /second/2',
    'GET /regex-12',
    'POST /both',
    'GET /again',
    'GET /fails',
    'GET /only-middleware',
    'GET /nowhere',
    'DELETE /orders/7',
    'GET /api/acme',
    'GET /api/acme/orders/7',
    'GET /api/acme/nested/orders/7',
    'GET /api/acme/fails',
    'GET /v1/orders/1',
    'GET /v2/eu/orders/1',
    'GET /mounted/status/3',
    'GET /mounted/fails',
  ]);
}
