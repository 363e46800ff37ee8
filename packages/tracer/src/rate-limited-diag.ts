import { diag } from '@opentelemetry/api';

/** What a tracer warns of; a closed list, so that what is remembered is bounded. */
export type Warning =
  | 'a span was changed after its end'
  | 'a span could not be started'
  | 'the sampler threw'
  | 'a span processor threw'
  | 'an attribute, event, link or exception could not be recorded'
  | 'a tracer has no name'
  | 'too many spans are open: a new one is not recorded'
  | 'too many instrumentation scopes: further ones share one tracer';

const QUIET_MILLIS = 10_000;

/** Warns at most once per 10 s and cause, with the number of times it happened meanwhile. Never throws. */
export class RateLimitedDiag {
  readonly #monotonicMillis: () => number;
  readonly #causes = new Map<Warning, { quietUntilMillis: number; unsaid: number }>();

  constructor(monotonicMillis: () => number) {
    this.#monotonicMillis = monotonicMillis;
  }

  warn(cause: Warning, detail?: unknown): void {
    const nowMillis = this.#monotonicMillis();
    let state = this.#causes.get(cause);
    if (state === undefined) {
      state = { quietUntilMillis: Number.NEGATIVE_INFINITY, unsaid: 0 };
      this.#causes.set(cause, state);
    }
    if (nowMillis < state.quietUntilMillis) {
      state.unsaid += 1;
      return;
    }
    const also = state.unsaid === 0 ? '' : ` (and ${state.unsaid} more times)`;
    state.quietUntilMillis = nowMillis + QUIET_MILLIS;
    state.unsaid = 0;
    try {
      diag.warn(`@vigil/tracer: ${cause}${also}`, ...(detail === undefined ? [] : [textOf(detail)]));
    } catch {
      // The application's logger failed; telemetry's warning is not worth its exception.
    }
  }
}

const TEXT_MAXIMUM = 1024;

/** Any thrown value as text, however hostile. Never throws. */
function textOf(detail: unknown): string {
  try {
    const text = detail instanceof Error ? `${detail.name}: ${detail.message}` : String(detail);
    return text.slice(0, TEXT_MAXIMUM);
  } catch {
    return 'a value that has no text';
  }
}
