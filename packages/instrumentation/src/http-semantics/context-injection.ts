import type { Context, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';

const BAGGAGE = 'baggage';

/** Writes a header onto a request; must not throw. */
export type SetHeader<Request> = (request: Request, name: string, value: string) => void;

/** Writes the context onto requests; baggage only for hosts that may know it. */
export class ContextInjection<Request> {
  readonly #propagator: TextMapPropagator;
  readonly #hosts: ReadonlySet<string>;
  readonly #suffixes: readonly string[];
  readonly #everywhere: boolean;
  readonly #whole: TextMapSetter<Request>;
  readonly #withoutBaggage: TextMapSetter<Request>;

  /** @param baggageHosts names, `.suffix` for all below it, `*` for all. */
  constructor(propagator: TextMapPropagator, baggageHosts: readonly string[], set: SetHeader<Request>) {
    this.#propagator = propagator;
    const hosts = baggageHosts.map((host) => host.toLowerCase());
    this.#hosts = new Set(hosts);
    this.#suffixes = hosts.filter((host) => host.startsWith('.'));
    this.#everywhere = hosts.includes('*');
    this.#whole = { set };
    this.#withoutBaggage = {
      set: (request, name, value) => {
        if (name !== BAGGAGE) set(request, name, value);
      },
    };
  }

  inject(context: Context, request: Request, host: string): void {
    const setter = this.#mayKnowBaggage(host) ? this.#whole : this.#withoutBaggage;
    this.#propagator.inject(context, request, setter);
  }

  #mayKnowBaggage(host: string): boolean {
    if (this.#everywhere) return true;
    if (this.#hosts.size === 0) return false;
    const name = host.toLowerCase();
    return this.#hosts.has(name) || this.#suffixes.some((suffix) => name.endsWith(suffix));
  }
}
