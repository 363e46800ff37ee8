import type { Toxics } from './toxic.ts';

/** Speaks TLS with the client and plain TCP with the server. */
export interface ProxyTls {
  readonly key: string;
  readonly cert: string;
}

export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

export interface ProxyStart {
  readonly host: string;
  readonly port: number;
  readonly target: ProxyTarget;
  readonly tls: ProxyTls | undefined;
}

export interface ProxyTally {
  readonly connections: number;
  readonly open: number;
  /** Bytes that went through, of all connections. */
  readonly upstreamBytes: number;
  readonly downstreamBytes: number;
}

/** What is said between a test and the proxy's process. */
export type ProxyDialogue = {
  readonly start: { readonly asked: ProxyStart; readonly answered: number };
  readonly set: { readonly asked: Toxics; readonly answered: true };
  readonly present: { readonly asked: ProxyTls; readonly answered: true };
  readonly lead: { readonly asked: ProxyTarget; readonly answered: true };
  readonly down: { readonly asked: undefined; readonly answered: true };
  readonly up: { readonly asked: undefined; readonly answered: true };
  readonly reset: { readonly asked: undefined; readonly answered: true };
  readonly tally: { readonly asked: undefined; readonly answered: ProxyTally };
};
