/**
 * Makes all calls at once and waits for them for at most `timeoutMillis`. Rejects with the array of what went wrong; the
 * rejection counts as handled, so that a flush nobody awaits never ends the process.
 */
export function allSettledWithin(calls: readonly (() => Promise<void>)[], timeoutMillis: number): Promise<void> {
  const result = settle(calls, timeoutMillis);
  result.catch(() => undefined);
  return result;
}

async function settle(calls: readonly (() => Promise<void>)[], timeoutMillis: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<unknown>((resolve) => {
    const error = new Error(`A span processor did not complete within ${timeoutMillis} ms`);
    timer = setTimeout(resolve, timeoutMillis, error);
  });
  const outcomes = calls.map((call) => Promise.race([outcome(call), late]));
  const errors = (await Promise.all(outcomes)).filter((error) => error !== undefined);
  clearTimeout(timer);
  if (errors.length > 0) throw errors;
}

async function outcome(call: () => Promise<void>): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error ?? new Error('A span processor failed without a reason');
  }
}
