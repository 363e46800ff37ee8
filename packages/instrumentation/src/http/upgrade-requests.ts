import type { EventEmitter } from 'node:events';
import { type IncomingMessage, Server } from 'node:http';
import { Server as SecureServer } from 'node:https';
import { Duplex } from 'node:stream';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { onFirstWrite } from './first-write.ts';
import type { RequestContext } from './request-context.ts';
import { NO_STATUS } from './server-outcomes.ts';
import type { ServerRequests } from './server-requests.ts';
import { type AroundEmit, WatchedEmit } from './watched-emit.ts';

/**
 * Requests to upgrade (WebSockets) and CONNECT, which Node.js announces on no channel: seen where the server emits them. Their
 * handlers run in the request's context; the span ends with the first bytes that the handler writes, which are the answer (101, or
 * a refusal), because what follows on the connection is no HTTP; or with the connection.
 */
export class UpgradeRequests {
  readonly #host: InstrumentationHost;
  readonly #requests: ServerRequests;
  readonly #emits: readonly WatchedEmit[];

  constructor(host: InstrumentationHost, requests: ServerRequests) {
    this.#host = host;
    this.#requests = requests;
    const around: AroundEmit = (server, args, emit) => {
      const context = this.#begin(args[1], args[2]);
      if (context === undefined) return emit.apply(server, args);
      return this.#host.contextManager.with(context, emit as (...args: unknown[]) => boolean, server, ...args);
    };
    this.#emits = [Server.prototype, SecureServer.prototype].map(
      (prototype: EventEmitter) => new WatchedEmit(prototype, ['upgrade', 'connect'], around),
    );
  }

  enable(): void {
    for (const emit of this.#emits) emit.install();
  }

  disable(): void {
    for (const emit of this.#emits) emit.remove();
  }

  /** Never throws. Undefined for what is no such request, is ignored, or was passed on by another server. */
  #begin(request: unknown, socket: unknown): RequestContext | undefined {
    if (!this.#requests.isEnabled || !(socket instanceof Duplex) || !holdsContext(request)) return undefined;
    try {
      const context = this.#requests.begin(request as IncomingMessage, undefined, socket);
      if (context === undefined) return undefined;
      onFirstWrite(socket, (status) => this.#answered(context, socket, status));
      return context;
    } catch (error) {
      this.#host.warn(`http: a request to upgrade is not recorded: ${String(error)}`);
      return undefined;
    }
  }

  #answered(context: RequestContext, socket: Duplex, status: number | undefined): void {
    try {
      this.#requests.end(context, socket, status ?? NO_STATUS, undefined);
    } catch (error) {
      this.#host.warn(`http: the end of a request to upgrade is not recorded: ${String(error)}`);
    }
  }
}

/** Tests of applications emit requests of their own making. */
const holdsContext = (request: unknown): boolean =>
  Array.isArray((request as Partial<IncomingMessage> | null | undefined)?.rawHeaders) && Object.isExtensible(request);
