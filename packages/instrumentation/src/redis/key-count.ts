import type { KeyGroup } from './options.ts';

/** Asked for at one look, and looks in one round: at most 10,000 keys are passed every 30 s, which takes a server some milliseconds. */
const KEYS_PER_SCAN = 1_000;
const SCANS_PER_ROUND = 10;

/**
 * Counts keys by `SCAN`, a bounded number of looks a round; what is left waits for the next one. A number is known after a full pass
 * only, so a large server is counted rarely rather than wrongly. `SCAN` may show a key twice while the server resizes its table.
 */
export class KeyCount {
  readonly group: KeyGroup;
  /** Of the last full pass; undefined before the first. */
  keys: number | undefined;
  #cursor = '0';
  #counted = 0;

  constructor(group: KeyGroup) {
    this.group = group;
  }

  /** Goes on where the last round stopped. Rejects with what `send` rejects with, and then begins again. */
  async round(send: (words: readonly string[]) => Promise<unknown>): Promise<void> {
    try {
      for (let scan = 0; scan < SCANS_PER_ROUND; scan += 1) {
        const reply = await send(['SCAN', this.#cursor, 'MATCH', this.group.match, 'COUNT', String(KEYS_PER_SCAN)]);
        const [cursor, found] = Array.isArray(reply) ? reply : [];
        if (!Array.isArray(found)) throw new Error('SCAN answered with something else than a cursor and keys');
        this.#counted += found.length;
        this.#cursor = String(cursor);
        if (this.#cursor !== '0') continue;
        this.keys = this.#counted;
        this.#counted = 0;
        return;
      }
    } catch (error) {
      this.#cursor = '0';
      this.#counted = 0;
      throw error;
    }
  }
}
