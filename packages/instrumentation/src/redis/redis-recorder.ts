import { ROOT_CONTEXT, type Span, SpanKind, trace } from '@opentelemetry/api';
import type { ConstantAttributes } from '@vigil/otlp-exporter';
import { LightContext, LightSpan, type LightTracer, type StorageContextManager } from '@vigil/tracer';
import type { InstrumentationHost } from '../instrumentation-host.ts';
import { asksToBlock, isOwnToClients } from './command-traits.ts';
import type { ResolvedRedisOptions } from './options.ts';
import { RecordedArguments } from './recorded-arguments.ts';
import type { RedisConnection } from './redis-connection.ts';
import { RedisConnections } from './redis-connections.ts';
import { type RedisMeters, redisMeters } from './redis-meters.ts';
import { RedisOperation } from './redis-operation.ts';
import { ServerEntry } from './server-entry.ts';

const SCOPE_NAME = '@vigil/instrumentation/redis';

/** Databases of servers that a process talks to; those beyond are measured together, without an address. */
const SERVERS_MAXIMUM = 500;

/** What patches of both libraries write to. No method throws. */
export class RedisRecorder {
  /** Asked by every patch before it does anything. */
  isEnabled = false;
  readonly connections = new RedisConnections();
  readonly contextManager: StorageContextManager;
  readonly nowMillis: () => number;
  readonly #tracer: LightTracer | undefined;
  readonly #meters: RedisMeters | undefined;
  readonly #options: ResolvedRedisOptions;
  readonly #warn: (line: string) => void;
  readonly #servers = new Map<string, ServerEntry>();
  readonly #unknownServer: ServerEntry;

  constructor(host: InstrumentationHost, options: ResolvedRedisOptions) {
    this.contextManager = host.contextManager;
    this.nowMillis = host.nowMillis;
    this.#tracer = host.tracer(SCOPE_NAME);
    this.#meters = host.metrics === undefined ? undefined : redisMeters(host.metrics);
    this.#options = options;
    this.#warn = host.warn;
    this.#unknownServer = this.#newServer(undefined, undefined, 0);
  }

  /** The server of a cluster's command before the cluster has chosen a node. */
  get unknownServer(): ServerEntry {
    return this.#unknownServer;
  }

  server(address: string, port: number | undefined, database: number): ServerEntry {
    const key = `${address} ${port} ${database}`;
    const known = this.#servers.get(key);
    if (known !== undefined) return known;
    if (this.#servers.size >= SERVERS_MAXIMUM) return this.#unknownServer;
    const entry = this.#newServer(address, port, database);
    this.#servers.set(key, entry);
    return entry;
  }

  /**
   * A command begins.
   *
   * @param words its arguments; the first `from` of them are not arguments but the command itself.
   * @returns undefined for what clients send for themselves.
   */
  begin(
    connection: RedisConnection | undefined,
    server: ServerEntry,
    given: string,
    words: ArrayLike<unknown>,
    from: number,
  ): RedisOperation | undefined {
    const entry = server.command(given);
    const { traits } = entry;
    if (isOwnToClients(traits, words, from)) return undefined;
    const waits = traits.waits !== 'never' && (traits.waits === 'always' || asksToBlock(words));
    const span = this.#startSpan(entry.name, entry.constants);
    const { recordedArguments } = this.#options;
    if (recordedArguments > 0 && span instanceof LightSpan && !traits.hasSecretArguments) {
      span.details = new RecordedArguments(entry.name, words, from, recordedArguments);
    }
    if (waits && connection !== undefined) connection.waiting += 1;
    const startMillis = span instanceof LightSpan ? 0 : this.nowMillis();
    return new RedisOperation(this, connection, given, server, entry, span, startMillis, waits);
  }

  /** A pipeline or a transaction begins: one operation for all of it. */
  beginBatch(connection: RedisConnection | undefined, server: ServerEntry, name: 'PIPELINE' | 'MULTI'): RedisOperation {
    const entry = server.command(name);
    const span = this.#startSpan(name, entry.constants);
    const startMillis = span instanceof LightSpan ? 0 : this.nowMillis();
    return new RedisOperation(this, connection, name, server, entry, span, startMillis, false);
  }

  /** Something of ours threw, which is a defect; the application must not see it. */
  failed(error: unknown): void {
    this.#warn(`redis: a command could not be recorded (${error instanceof Error ? error.name : typeof error})`);
  }

  #startSpan(name: string, constants: ConstantAttributes): Span | undefined {
    const tracer = this.#tracer;
    if (tracer === undefined) return undefined;
    const context = this.contextManager.active();
    if (!this.#options.spansWithoutParent) {
      if (context === ROOT_CONTEXT) return undefined;
      const parent = context instanceof LightContext ? context.span : trace.getSpan(context);
      if (parent === undefined) return undefined;
    }
    return tracer.startOperation(name, SpanKind.CLIENT, context, [], constants);
  }

  #newServer(address: string | undefined, port: number | undefined, database: number): ServerEntry {
    return new ServerEntry({ address, port }, database, this.#meters, this.#options.recordedArguments === 0);
  }
}
