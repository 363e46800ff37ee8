/** A number, or a range of which each connection draws. */
export type Drawn = number | { readonly from: number; readonly to: number };

/** What can be wrong with one direction of a connection: the toxics of Toxiproxy. `down` is {@link FaultProxy.down}. */
export type Toxic =
  /** Every byte comes later. */
  | { readonly kind: 'latency'; readonly latencyMillis: number; readonly jitterMillis?: number }
  /** No more than so much at a time. */
  | { readonly kind: 'bandwidth'; readonly kibPerSecond: number }
  /** The end of this direction is told later. */
  | { readonly kind: 'slow_close'; readonly delayMillis: number }
  /** Nothing goes through, and the connection is closed after so long; 0: never. What waits goes on when it is taken away. */
  | { readonly kind: 'timeout'; readonly timeoutMillis: number }
  /** The connection is reset after so long; 0: at its first byte. */
  | { readonly kind: 'reset_peer'; readonly timeoutMillis: number }
  /** Bytes come in pieces of about this size, with a pause after each. */
  | {
      readonly kind: 'slicer';
      readonly averageBytes: number;
      readonly variationBytes?: number;
      readonly delayMillis: number;
    }
  /** The connection is closed, or reset, once so many bytes went through. Later ones of the same connection do not count from 0. */
  | { readonly kind: 'limit_data'; readonly bytes: Drawn; readonly reset?: boolean };

/** What is wrong with each direction; nothing where it says nothing. */
export interface Toxics {
  /** From the client to the server. */
  readonly upstream?: readonly Toxic[];
  /** From the server to the client. */
  readonly downstream?: readonly Toxic[];
}

/** The toxic of one kind, if there is one; the last of them counts. */
export function toxicOf<Kind extends Toxic['kind']>(
  toxics: readonly Toxic[],
  kind: Kind,
): Extract<Toxic, { readonly kind: Kind }> | undefined {
  return toxics.findLast((toxic): toxic is Extract<Toxic, { readonly kind: Kind }> => toxic.kind === kind);
}

export const draw = (value: Drawn): number =>
  typeof value === 'number' ? value : Math.round(value.from + Math.random() * (value.to - value.from));
