import { join } from 'node:path';
import { AnsweringProcess } from '@vigil-internal/otlp-sink';
import type { ProxyDialogue, ProxyTally, ProxyTls } from './proxy-dialogue.ts';
import type { Toxics } from './toxic.ts';

export interface FaultProxyOptions {
  /** Where connections lead. */
  readonly target: { readonly host?: string; readonly port: number };
  /** Address to listen on. Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 0, a free one. */
  readonly port?: number;
  /** Speaks TLS with the client, plain TCP with the target. Default: passes on what comes. */
  readonly tls?: ProxyTls;
}

/** A TCP proxy in a process of its own, as sick as it is told to be, also while it is used. */
export interface FaultProxy {
  readonly host: string;
  readonly port: number;
  /** From now on, for open connections too; without any it is well. */
  set(toxics: Toxics): Promise<void>;
  /** Another certificate for connections to come. */
  present(certificate: ProxyTls): Promise<void>;
  /** Connections to come lead there. */
  lead(target: { readonly host?: string; readonly port: number }): Promise<void>;
  /** Nobody listens, what was open is reset. */
  down(): Promise<void>;
  /** Listens again, on the same port. */
  up(): Promise<void>;
  /** Resets what is open now. */
  reset(): Promise<void>;
  tally(): Promise<ProxyTally>;
  close(): Promise<void>;
}

/** @throws when the port cannot be had. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { target, host = '127.0.0.1', port = 0, tls } = options;
  const child = new AnsweringProcess<ProxyDialogue>('proxy', join(import.meta.dirname, 'proxy-process.ts'));
  const to = { host: target.host ?? '127.0.0.1', port: target.port };
  const taken = await child.ask('start', { host, port, target: to, tls }).catch(async (error: unknown) => {
    await child.kill();
    throw error;
  });
  const tell = async (kind: 'down' | 'up' | 'reset') => {
    await child.ask(kind, undefined);
  };
  return {
    host,
    port: taken,
    set: async (toxics) => {
      await child.ask('set', toxics);
    },
    present: async (certificate) => {
      await child.ask('present', certificate);
    },
    lead: async (next) => {
      await child.ask('lead', { host: next.host ?? '127.0.0.1', port: next.port });
    },
    down: () => tell('down'),
    up: () => tell('up'),
    reset: () => tell('reset'),
    tally: () => child.ask('tally', undefined),
    close: () => child.kill(),
  };
}
