import { type IRouter, Router } from 'express';
import { problem, route } from '../http/reply.ts';
import type { Logger } from '../log/logger.ts';
import type { FaultBoard } from './fault-board.ts';
import type { ShopFaults } from './shop-faults.ts';

/** `GET /faults`, `GET|PUT|DELETE /faults/:name`. Mounted only when SHOP_FAULTS=true: whoever reaches it can break the shop. */
export function faultRoutes(faults: FaultBoard<ShopFaults>, log: Logger): IRouter {
  const routes = Router();
  const unknownFault = () => problem(404, 'No such fault', { known: faults.list().map((fault) => fault.name) });

  routes.get(
    '/faults',
    route(() => ({ status: 200, body: { faults: faults.list() } })),
  );

  routes.get(
    '/faults/:name',
    route((request) => {
      const fault = faults.list().find((candidate) => candidate.name === request.params.name);
      return fault === undefined ? unknownFault() : { status: 200, body: fault };
    }),
  );

  routes.put(
    '/faults/:name',
    route((request) => {
      const name = String(request.params.name);
      const outcome = faults.turnOn(name, request.body);
      if (outcome.status === 'unknown-fault') return unknownFault();
      if (outcome.status === 'invalid') return problem(400, 'The request is not valid', { errors: outcome.problems });
      log.warn({ fault: name, active: outcome.fault.active }, 'fault on');
      return { status: 200, body: outcome.fault };
    }),
  );

  routes.delete(
    '/faults/:name',
    route((request) => {
      const name = String(request.params.name);
      if (!faults.knows(name)) return unknownFault();
      if (faults.turnOff(name)) log.warn({ fault: name }, 'fault off');
      return { status: 204 };
    }),
  );

  return routes;
}
