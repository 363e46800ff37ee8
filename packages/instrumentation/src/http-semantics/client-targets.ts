import {
  ERROR_TYPE,
  HTTP_CLIENT_REQUEST_DURATION,
  HTTP_REQUEST_METHOD,
  HTTP_RESPONSE_STATUS_CODE,
  NETWORK_PROTOCOL_VERSION,
  SERVER_ADDRESS,
  SERVER_PORT,
} from '@vigil/conventions';
import type { HistogramSeries, MetricRegistry, SeriesOf } from '@vigil/metrics';
import { ConstantAttributes } from '@vigil/otlp-exporter';
import { InternRoom } from './intern-room.ts';
import { methodSpanName } from './known-methods.ts';
import type { SpanOutcome } from './span-outcome.ts';

/** How requests to one target end. */
export interface ClientOutcome extends SpanOutcome {
  readonly duration: HistogramSeries | undefined;
}

export interface TargetAddress {
  readonly scheme: string;
  /** Host name, address, or path of a socket. */
  readonly address: string;
  readonly port: number | undefined;
}

const FIRST_ERROR_STATUS = 400;
/** A proxy that hands on the `Host` of its callers lets them choose the port that is read from it. */
const PORTS_MAXIMUM = 32;
const ADDRESSES_MAXIMUM = 1_000;

/** Requests of one method to one server. */
export class ClientTarget {
  readonly startName: string;
  readonly constants: ConstantAttributes;
  readonly #address: TargetAddress;
  readonly #method: string;
  readonly #durations: SeriesOf<HistogramSeries> | undefined;
  readonly #room: InternRoom;
  readonly #outcomes = new Map<string, ClientOutcome>();
  #lastStatus: number | undefined = -1;
  #lastProtocol: string | undefined = undefined;
  #last: ClientOutcome | undefined = undefined;

  constructor(
    address: TargetAddress,
    method: string,
    durations: SeriesOf<HistogramSeries> | undefined,
    room: InternRoom,
  ) {
    this.#address = address;
    this.#method = method;
    this.startName = methodSpanName(method);
    this.#durations = durations;
    this.#room = room;
    this.constants = new ConstantAttributes(this.#startPairs());
  }

  /** Host name, address, or path of a socket. */
  get address(): string {
    return this.#address.address;
  }

  /** Undefined where the request does not say it. */
  get port(): number | undefined {
    return this.#address.port;
  }

  /**
   * The same object for the same ending, as long as there is room.
   *
   * @param status undefined without an answer.
   * @param protocol version of HTTP, where it is known.
   * @param failure what went wrong beside the status: value of `error.type`.
   */
  outcome(status: number | undefined, protocol: string | undefined, failure: string | undefined): ClientOutcome {
    if (failure === undefined && status === this.#lastStatus && protocol === this.#lastProtocol) {
      return this.#last as ClientOutcome;
    }
    const ending = `${status} ${protocol} ${failure}`;
    let outcome = this.#outcomes.get(ending);
    if (outcome === undefined) {
      outcome = this.#outcome(status, protocol, failure);
      if (!this.#room.take()) return outcome;
      this.#outcomes.set(ending, outcome);
    }
    if (failure === undefined) {
      this.#lastStatus = status;
      this.#lastProtocol = protocol;
      this.#last = outcome;
    }
    return outcome;
  }

  #outcome(status: number | undefined, protocol: string | undefined, failure: string | undefined): ClientOutcome {
    const isErrorStatus = status !== undefined && status >= FIRST_ERROR_STATUS;
    const errorType = failure ?? (isErrorStatus ? String(status) : undefined);
    const { scheme, address, port } = this.#address;
    return {
      name: this.startName,
      constants: new ConstantAttributes([
        ...this.#startPairs(),
        ...[HTTP_RESPONSE_STATUS_CODE, status, NETWORK_PROTOCOL_VERSION, protocol, ERROR_TYPE, errorType],
      ]),
      isError: errorType !== undefined,
      duration: this.#durations?.series(errorType, this.#method, status, protocol, address, port, scheme),
    };
  }

  #startPairs(): readonly unknown[] {
    const { address, port } = this.#address;
    return [HTTP_REQUEST_METHOD, this.#method, SERVER_ADDRESS, address, SERVER_PORT, port];
  }
}

/** Targets by method and by what names the server; beyond the room each request has a target of its own. */
export class ClientTargets {
  readonly #durations: SeriesOf<HistogramSeries> | undefined;
  readonly #room = new InternRoom();
  readonly #byMethod = new Map<string, Map<string, ClientTarget>>();
  /** Those that are written down, by address. */
  readonly #ports = new Map<string, Set<number>>();

  constructor(metrics: MetricRegistry | undefined) {
    this.#durations = metrics?.histogram(HTTP_CLIENT_REQUEST_DURATION);
  }

  /** @param method a known one, or `_OTHER`. */
  find(method: string, server: string): ClientTarget | undefined {
    return this.#byMethod.get(method)?.get(server);
  }

  add(method: string, server: string, address: TargetAddress): ClientTarget {
    const target = new ClientTarget(this.#bounded(address), method, this.#durations, this.#room);
    if (!this.#room.take()) return target;
    let targets = this.#byMethod.get(method);
    if (targets === undefined) {
      targets = new Map();
      this.#byMethod.set(method, targets);
    }
    targets.set(server, target);
    return target;
  }

  /** Without its port where the address has too many. */
  #bounded(target: TargetAddress): TargetAddress {
    const { address, port } = target;
    if (port === undefined) return target;
    let ports = this.#ports.get(address);
    if (ports === undefined && this.#ports.size < ADDRESSES_MAXIMUM) {
      ports = new Set();
      this.#ports.set(address, ports);
    }
    if (ports !== undefined && (ports.has(port) || ports.size < PORTS_MAXIMUM)) {
      ports.add(port);
      return target;
    }
    return { ...target, port: undefined };
  }
}
