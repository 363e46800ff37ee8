import { appendFileSync, closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type SpanBatch, WORDS } from './span-record.ts';

/** What is kept of a sink's life besides its spans. */
export type JournalEntry =
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'spans'; readonly path: string; readonly count: number; readonly backwards: number }
  | { readonly kind: 'names'; readonly path: string; readonly names: readonly string[] }
  | { readonly kind: 'request'; readonly request: object }
  | { readonly kind: 'connections'; readonly count: number }
  | { readonly kind: 'problem'; readonly text: string };

const RECORD_BYTES = WORDS * 4;

/**
 * Two files that hold what the sink has taken, written before it answers: what the page cache has survives SIGKILL, so a
 * sink that is killed and started again still knows every span it acknowledged.
 */
export class Journal {
  readonly #entries: string;
  readonly #spans: number;
  readonly #spansFile: string;

  constructor(folder: string) {
    this.#entries = join(folder, 'entries.jsonl');
    this.#spansFile = join(folder, 'spans.bin');
    this.#spans = openSync(this.#spansFile, 'a');
  }

  write(entry: JournalEntry): void {
    appendFileSync(this.#entries, `${JSON.stringify(entry)}\n`);
  }

  writeSpans(spans: SpanBatch): void {
    const bytes = Buffer.from(spans.words.buffer, spans.words.byteOffset, spans.length * RECORD_BYTES);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#spans, bytes, at);
  }

  /** Everything of earlier lives; an entry cut off by the kill is left out. */
  read(): { readonly entries: readonly JournalEntry[]; readonly spans: Uint32Array } {
    const lines = existsSync(this.#entries) ? readFileSync(this.#entries, 'utf8').split('\n').slice(0, -1) : [];
    const bytes = readFileSync(this.#spansFile);
    const whole = bytes.length - (bytes.length % RECORD_BYTES);
    const spans = new Uint32Array(whole / 4);
    new Uint8Array(spans.buffer).set(bytes.subarray(0, whole));
    return { entries: lines.map((line) => JSON.parse(line) as JournalEntry), spans };
  }

  close(): void {
    closeSync(this.#spans);
  }
}
