import {
  ERROR_TYPE,
  HTTP_REQUEST_METHOD,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_ROUTE,
  HTTP_SERVER_ACTIVE_REQUESTS,
  HTTP_SERVER_REQUEST_BODY_SIZE,
  HTTP_SERVER_REQUEST_DURATION,
  HTTP_SERVER_RESPONSE_BODY_SIZE,
  NETWORK_PROTOCOL_VERSION,
  URL_SCHEME,
} from '@vigil/conventions';
import type { HistogramSeries, MetricRegistry, SeriesOf, SumSeries } from '@vigil/metrics';
import { ConstantAttributes } from '@vigil/otlp-exporter';
import { InternRoom } from '../http-semantics/intern-room.ts';
import { methodSpanName, OTHER_METHOD } from '../http-semantics/known-methods.ts';
import type { SpanOutcome } from '../http-semantics/span-outcome.ts';

/** How requests of one kind and route end with one status: name, encoded attributes, series. */
export interface ServerOutcome extends SpanOutcome {
  readonly duration: HistogramSeries | undefined;
  /** Undefined unless sizes are asked for. */
  readonly requestSize: HistogramSeries | undefined;
  readonly responseSize: HistogramSeries | undefined;
}

/** Stands for a status where none was sent. */
export const NO_STATUS = 0;
/** Stands for a route where none is known. */
export const NO_ROUTE = '';

const FIRST_ERROR_STATUS = 500;
/** Routes are patterns; a longer one is somebody's mistake. */
const ROUTE_LENGTH_MAXIMUM = 256;
const METHOD_KINDS = 4;

interface Histograms {
  readonly duration: SeriesOf<HistogramSeries> | undefined;
  readonly requestSize: SeriesOf<HistogramSeries> | undefined;
  readonly responseSize: SeriesOf<HistogramSeries> | undefined;
}

/** Outcomes of one route, with the last one at hand: most requests of a route end alike. */
class RouteOutcomes {
  lastStatus = -1;
  last: ServerOutcome | undefined = undefined;
  readonly byEnding = new Map<number | string, ServerOutcome>();
}

/** What requests have in common from their first line on: method, scheme, version of the protocol. */
export class RequestKind {
  readonly method: string;
  /** What the span is called until its route is known. */
  readonly startName: string;
  readonly scheme: string;
  readonly constants: ConstantAttributes;
  readonly active: SumSeries | undefined;
  readonly #protocol: string;
  readonly #histograms: Histograms;
  readonly #room: InternRoom;
  readonly #routes = new Map<string, RouteOutcomes>();

  constructor(
    { method, scheme, protocol }: { method: string; scheme: string; protocol: string },
    active: SumSeries | undefined,
    histograms: Histograms,
    room: InternRoom,
  ) {
    this.method = method;
    this.startName = methodSpanName(method);
    this.scheme = scheme;
    this.#protocol = protocol;
    this.active = active;
    this.#histograms = histograms;
    this.#room = room;
    this.constants = new ConstantAttributes(this.#startPairs());
  }

  /**
   * The same object for the same ending, as long as there is room.
   *
   * @param failure why there was no whole answer: value of `error.type`.
   */
  outcome(route: string, status: number, failure: string | undefined): ServerOutcome {
    const known = this.#routes.get(route);
    if (known !== undefined && known.lastStatus === status && failure === undefined) return known.last as ServerOutcome;
    return this.#find(known, route, status, failure);
  }

  #find(known: RouteOutcomes | undefined, route: string, status: number, failure: string | undefined): ServerOutcome {
    const ending = failure === undefined ? status : `${status} ${failure}`;
    let outcome = known?.byEnding.get(ending);
    if (outcome === undefined) {
      outcome = this.#outcome(route.slice(0, ROUTE_LENGTH_MAXIMUM), status, failure);
      if (route.length > ROUTE_LENGTH_MAXIMUM || !this.#room.take()) return outcome;
    }
    const routed = known ?? new RouteOutcomes();
    if (known === undefined) this.#routes.set(route, routed);
    routed.byEnding.set(ending, outcome);
    if (failure === undefined) {
      routed.lastStatus = status;
      routed.last = outcome;
    }
    return outcome;
  }

  #outcome(route: string, status: number, failure: string | undefined): ServerOutcome {
    const errorType = failure ?? (status >= FIRST_ERROR_STATUS ? String(status) : undefined);
    const routeValue = route === NO_ROUTE ? undefined : route;
    const statusValue = status === NO_STATUS ? undefined : status;
    const { duration, requestSize, responseSize } = this.#histograms;
    const series = (histogram: SeriesOf<HistogramSeries> | undefined) =>
      histogram?.series(errorType, this.method, statusValue, routeValue, this.#protocol, this.scheme);
    return {
      name: routeValue === undefined ? this.startName : `${this.startName} ${routeValue}`,
      constants: new ConstantAttributes([
        ...this.#startPairs(),
        ...[HTTP_ROUTE, routeValue, HTTP_RESPONSE_STATUS_CODE, statusValue, ERROR_TYPE, errorType],
      ]),
      isError: errorType !== undefined,
      duration: series(duration),
      requestSize: series(requestSize),
      responseSize: series(responseSize),
    };
  }

  #startPairs(): readonly unknown[] {
    const { method, scheme } = this;
    return [HTTP_REQUEST_METHOD, method, URL_SCHEME, scheme, NETWORK_PROTOCOL_VERSION, this.#protocol];
  }
}

/** The kinds of requests: few, because methods that are not known are one. */
export class RequestKinds {
  readonly #byMethod = new Map<string, readonly RequestKind[]>();
  readonly #other: readonly RequestKind[];

  constructor(metrics: MetricRegistry | undefined, knownMethods: readonly string[], withSizes: boolean) {
    const room = new InternRoom();
    const sized = withSizes ? metrics : undefined;
    const histograms: Histograms = {
      duration: metrics?.histogram(HTTP_SERVER_REQUEST_DURATION),
      requestSize: sized?.histogram(HTTP_SERVER_REQUEST_BODY_SIZE),
      responseSize: sized?.histogram(HTTP_SERVER_RESPONSE_BODY_SIZE),
    };
    const active = metrics?.upDownCounter(HTTP_SERVER_ACTIVE_REQUESTS);
    const kinds = (method: string): readonly RequestKind[] =>
      Array.from({ length: METHOD_KINDS }, (_, index) => {
        const scheme = (index & 2) === 0 ? 'http' : 'https';
        const protocol = (index & 1) === 0 ? '1.1' : '1.0';
        return new RequestKind({ method, scheme, protocol }, active?.series(method, scheme), histograms, room);
      });
    for (const method of knownMethods) this.#byMethod.set(method, kinds(method));
    this.#other = kinds(OTHER_METHOD);
  }

  of(method: string | undefined, isSecure: boolean, isHttp10: boolean): RequestKind {
    const kinds = this.#byMethod.get(method ?? '') ?? this.#other;
    return kinds[(isSecure ? 2 : 0) | (isHttp10 ? 1 : 0)] as RequestKind;
  }
}
