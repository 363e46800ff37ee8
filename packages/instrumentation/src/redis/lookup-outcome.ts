/** What a reading command answers: one value, a list with a gap for what is missing, or a hash that is empty when it is missing. */
export type LookupReply = 'one' | 'list' | 'hash';

/** Where the hits and misses of one command are counted. */
export interface LookupCounts {
  readonly hits: { add(value: number): void };
  readonly misses: { add(value: number): void };
}

/** Counts the hits and misses of one reply, raw or as the client has transformed it. Errors count as neither. */
export function countLookups(kind: LookupReply, reply: unknown, { hits, misses }: LookupCounts): void {
  if (reply instanceof Error) return;
  if (reply === null || reply === undefined) {
    misses.add(1);
  } else if (kind === 'one' || typeof reply !== 'object') {
    hits.add(1);
  } else if (kind === 'list' && Array.isArray(reply)) {
    let missing = 0;
    for (let index = 0; index < reply.length; index += 1) if (isGap(reply[index])) missing += 1;
    if (missing > 0) misses.add(missing);
    if (reply.length > missing) hits.add(reply.length - missing);
  } else {
    (isEmpty(reply) ? misses : hits).add(1);
  }
}

const isGap = (value: unknown): boolean => value === null || value === undefined;

function isEmpty(reply: object): boolean {
  if (Array.isArray(reply)) return reply.length === 0;
  if (reply instanceof Map) return reply.size === 0;
  for (const _key in reply) return false;
  return true;
}
