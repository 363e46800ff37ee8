/** Milliseconds, or a range of which each request draws. */
export type Delay = number | { readonly from: number; readonly to: number };

/** What the sink does with one request. A step that takes the request keeps its items, whatever it answers. */
export type SinkStep =
  /** Answers. Items are taken when the status is a success. */
  | {
      readonly kind: 'answer';
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string | string[]>>;
      readonly body?: string;
      readonly bodyEncoding?: 'utf8' | 'base64';
      readonly delayMillis?: Delay;
      /** Closes the connection this long after the answer, without having said so. */
      readonly closeAfterMillis?: number;
    }
  /** Takes all but the last `rejected` items and answers 200 with a partial success that claims so many, or `claims`. */
  | {
      readonly kind: 'partial';
      readonly rejected: number;
      readonly claims?: number | string;
      readonly message?: string;
    }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Answers with a status line and headers, then one byte now and then. Items are taken when the status is a success. */
  | { readonly kind: 'drip'; readonly status: number; readonly everyMillis: number }
  /** Takes the request, then resets: before the answer, or in the middle of its body. */
  | { readonly kind: 'reset'; readonly after: 'request' | 'half-answer' }
  /** Resets the connection once this many bytes of the request came; takes nothing. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** Accepts the connection and reads nothing, then resets it; takes nothing. */
  | { readonly kind: 'deaf'; readonly resetAfterMillis: number }
  /** Takes the request, answers 200 with this many bytes. */
  | { readonly kind: 'flood'; readonly bytes: number; readonly headers?: Readonly<Record<string, string>> }
  /** Takes the request, answers 200 with this many bytes of header lines. */
  | { readonly kind: 'header-flood'; readonly bytes: number }
  /** Takes the request, answers with these bytes instead of HTTP, then closes. */
  | { readonly kind: 'raw'; readonly bytes: string }
  /** What is longer than so many bytes, as it comes over the wire, is answered 413; the rest as said. */
  | { readonly kind: 'limit'; readonly bytes: number; readonly otherwise: SinkStep }
  /** A step for each path (`/v1/traces`), and one for the others. */
  | { readonly kind: 'paths'; readonly paths: Readonly<Record<string, SinkStep>>; readonly otherwise: SinkStep }
  /** These steps in turn, again and again. */
  | { readonly kind: 'cycle'; readonly steps: readonly SinkStep[] };

/** A step that needs no further choice. */
export type PlainStep = Exclude<SinkStep, { readonly kind: 'limit' | 'paths' | 'cycle' }>;

/** Takes everything and says so. */
export const HEALTHY: SinkStep = { kind: 'answer' };
