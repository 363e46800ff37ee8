export interface Charge {
  /** The order's id. The payments service answers the same reference with the same charge, so asking twice costs nothing. */
  readonly reference: string;
  readonly amountCents: number;
}

export const PAYMENT_FAILURES = ['timeout', 'unreachable', 'error-response', 'unreadable-response'] as const;

export type ChargeOutcome =
  | { readonly status: 'captured'; readonly chargeId: string }
  | { readonly status: 'declined'; readonly reason: string }
  | { readonly status: 'unavailable'; readonly reason: (typeof PAYMENT_FAILURES)[number] };

/** Asks the payments service to charge an order. Never throws. */
export type ChargeOrder = (charge: Charge) => Promise<ChargeOutcome>;

export function paymentsClient({
  paymentsUrl,
  timeoutMillis,
}: {
  paymentsUrl: string;
  timeoutMillis: number;
}): ChargeOrder {
  const endpoint = new URL('charges', paymentsUrl.endsWith('/') ? paymentsUrl : `${paymentsUrl}/`);
  return async ({ reference, amountCents }) => {
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reference, amountCents, currency: 'EUR' }),
        signal: AbortSignal.timeout(timeoutMillis),
      });
      const body: unknown = await response.json();
      return outcomeOf(response.status, body);
    } catch (error) {
      return { status: 'unavailable', reason: reasonOf(error) };
    }
  };
}

export function outcomeOf(status: number, body: unknown): ChargeOutcome {
  if (status !== 200 && status !== 201 && status !== 402) return { status: 'unavailable', reason: 'error-response' };
  if (typeof body === 'object' && body !== null) {
    if (status === 402)
      return {
        status: 'declined',
        reason: 'reason' in body && typeof body.reason === 'string' ? body.reason.slice(0, 100) : 'declined',
      };
    if ('id' in body && typeof body.id === 'string') return { status: 'captured', chargeId: body.id };
  }
  return { status: 'unavailable', reason: 'unreadable-response' };
}

function reasonOf(error: unknown): (typeof PAYMENT_FAILURES)[number] {
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout';
  return error instanceof SyntaxError ? 'unreadable-response' : 'unreachable';
}
