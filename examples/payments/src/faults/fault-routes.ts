import type { FastifyInstance } from 'fastify';
import { FAULTS, type FaultName, type FaultSwitches, isFaultName } from './fault-switches.ts';

const NAMES = Object.keys(FAULTS).filter(isFaultName);
const unknownFault = { title: 'No such fault', status: 404, known: NAMES };

/** `GET /faults`, `GET|PUT|DELETE /faults/:name`. Mounted only when PAYMENTS_FAULTS=true. */
export function faultRoutes(app: FastifyInstance, switches: FaultSwitches): void {
  app.get('/faults', async () => ({ faults: NAMES.map((name) => switches.state(name)) }));

  app.get<{ Params: { name: string } }>('/faults/:name', async (request, reply) => {
    const { name } = request.params;
    return isFaultName(name) ? switches.state(name) : reply.code(404).send(unknownFault);
  });

  app.put<{ Params: { name: string } }>('/faults/:name', async (request, reply) => {
    const { name } = request.params;
    if (!isFaultName(name)) return reply.code(404).send(unknownFault);
    const outcome = switches.turnOn(name, request.body);
    if (outcome.status === 'invalid')
      return reply.code(400).send({ title: 'The request is not valid', status: 400, errors: outcome.problems });
    request.log.warn({ fault: name, active: outcome.fault.active }, 'fault on');
    return outcome.fault;
  });

  app.delete<{ Params: { name: string } }>('/faults/:name', async (request, reply) => {
    const { name } = request.params;
    if (!isFaultName(name)) return reply.code(404).send(unknownFault);
    switches.turnOff(name as FaultName);
    request.log.warn({ fault: name }, 'fault off');
    return reply.code(204).send();
  });
}
