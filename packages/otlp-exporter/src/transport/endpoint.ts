import type { Signal } from './transport.ts';

/** Where one signal is posted to. */
export interface OtlpEndpoint {
  /** Full address, `http:` or `https:`: `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  /** Added to every request. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `gzip` is level 1, once a batch. Default: `gzip`. */
  readonly compression?: 'none' | 'gzip' | 'zstd';
  /** The whole of one attempt, in milliseconds, from name lookup to the last byte of the answer. Default: 5 000. */
  readonly timeoutMillis?: number;
  /** PEM file of the authorities to trust. Default: those Node.js trusts. */
  readonly certificateFile?: string | undefined;
  /** PEM file of the client's certificate. Default: none. */
  readonly clientCertificateFile?: string | undefined;
  /** PEM file of the client's key. Default: none. */
  readonly clientKeyFile?: string | undefined;
}

/** A signal without an endpoint is not sent. */
export type OtlpEndpoints = { readonly [S in Signal]?: OtlpEndpoint | undefined };
