/** What the sink does with one request. A step that takes the request keeps its items, whatever it answers. */
export type SinkStep =
  /** Answers. Items are taken when the status is a success. */
  | {
      readonly kind: 'answer';
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string | string[]>>;
      readonly body?: string;
      readonly bodyEncoding?: 'utf8' | 'base64';
      readonly delayMillis?: number;
      /** Closes the connection this long after the answer, without having said so. */
      readonly closeAfterMillis?: number;
    }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Takes the request, answers with a status line and headers, then one byte now and then. */
  | { readonly kind: 'drip'; readonly status: number; readonly everyMillis: number }
  /** Takes the request, then resets: before the answer, or in the middle of its body. */
  | { readonly kind: 'reset'; readonly after: 'request' | 'half-answer' }
  /** Resets the connection once this many bytes of the request came; takes nothing. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** Accepts the connection and reads nothing, then resets it; takes nothing. */
  | { readonly kind: 'deaf'; readonly resetAfterMillis: number }
  /** Takes the request, answers 200 with this many bytes. */
  | { readonly kind: 'flood'; readonly bytes: number }
  /** Takes the request, answers with these bytes instead of HTTP. */
  | { readonly kind: 'raw'; readonly bytes: string };

export interface SinkTls {
  readonly key: string;
  readonly cert: string;
}

export interface SinkStart {
  readonly port: number;
  readonly tls: SinkTls | undefined;
}

export interface SinkReport {
  readonly connections: number;
  /** In the order they came. */
  readonly requests: readonly {
    readonly path: string;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    readonly bytes: number;
    readonly atMillis: number;
  }[];
  /** Path → item → how often it was taken. */
  readonly taken: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Bytes of answers that the other side let us write. */
  readonly flooded: number;
  /** Requests that could not be read. */
  readonly problems: readonly string[];
}

export type SinkCommand =
  | { readonly kind: 'start'; readonly start: SinkStart }
  | { readonly kind: 'script'; readonly steps: readonly SinkStep[]; readonly always: SinkStep }
  | { readonly kind: 'report' };

export type SinkMessage =
  | { readonly kind: 'started'; readonly port: number }
  | { readonly kind: 'scripted' }
  | { readonly kind: 'report'; readonly report: SinkReport };
