import type { FastifyInstance } from 'fastify';
import type { Charge, ChargeBook, ChargeRequest } from './charge-book.ts';

const chargeSchema = {
  body: {
    type: 'object',
    required: ['reference', 'amountCents', 'currency'],
    additionalProperties: false,
    properties: {
      reference: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
      amountCents: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
      currency: { type: 'string', enum: ['EUR'] },
    },
  },
} as const;

export function chargeRoutes(app: FastifyInstance, book: ChargeBook): void {
  app.post<{ Body: ChargeRequest }>('/charges', { schema: chargeSchema }, async (request, reply) => {
    const outcome = book.charge(request.body);
    if (outcome.status === 'reference-reused')
      return reply.code(409).send({ title: 'This reference was charged with another amount', status: 409 });
    const { charge } = outcome;
    request.log.info({ chargeId: charge.id, reference: charge.reference, charge: charge.status }, 'charge');
    return reply.code(statusOf(charge, outcome.status)).header('location', `/charges/${charge.id}`).send(charge);
  });

  app.get<{ Params: { id: string } }>('/charges/:id', async (request, reply) => {
    const charge = book.find(request.params.id);
    return charge ?? reply.code(404).send({ title: 'No such charge', status: 404 });
  });
}

function statusOf(charge: Charge, outcome: 'created' | 'repeated'): number {
  if (charge.status === 'declined') return 402;
  return outcome === 'created' ? 201 : 200;
}
