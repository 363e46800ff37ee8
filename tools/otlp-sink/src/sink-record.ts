import { Journal, type JournalEntry } from './journal.ts';
import { type ReceivedRequest, receivedItems } from './received-items.ts';
import { ServiceNames } from './service-names.ts';
import type { SinkReport, SinkRequest, SinkTally } from './sink-report.ts';
import { SpanBatch, type SpanRecord, WORDS } from './span-record.ts';
import { SpanTable } from './span-table.ts';

const REQUESTS_KEPT = 20_000;
const PROBLEMS_KEPT = 100;
/** Different names or texts of one path; what comes after is counted, not kept. */
const NAMES_KEPT = 200_000;

interface Tally {
  requests: number;
  bytes: number;
  items: number;
}

/** Everything the sink knows, also from its lives before: the oracle. */
export class SinkRecord {
  flooded = 0;
  #backwards = 0;
  open = 0;
  readonly #journal: Journal;
  readonly #services = new ServiceNames();
  readonly #spansOfService: number[] = [];
  readonly #batch = new SpanBatch();
  /** Path → its spans: the same span may come by two of them. */
  readonly #tables = new Map<string, SpanTable>();
  readonly #names = new Map<string, Map<string, number>>();
  readonly #paths = new Map<string, Tally>();
  readonly #requests: SinkRequest[] = [];
  readonly #problems: string[] = [];
  #connections = 0;

  constructor(folder: string) {
    this.#journal = new Journal(folder);
    const { entries, spans } = this.#journal.read();
    let at = 0;
    for (const entry of entries) {
      this.#apply(entry);
      if (entry.kind === 'spans')
        for (const end = at + entry.count * WORDS; at < end; at += WORDS)
          this.#addSpan(entry.path, { words: spans, at });
    }
  }

  connected(): void {
    this.#connections += 1;
    this.#journal.write({ kind: 'connections', count: this.#connections });
  }

  /** Keeps the items of a request, all but the last `rejected`; returns how many it kept. */
  take(request: ReceivedRequest, rejected = 0): number {
    const known = this.#services.names.length;
    this.#batch.clear();
    let names: string[];
    try {
      names = receivedItems(request, this.#batch, this.#services);
    } catch (error) {
      this.#note({ kind: 'problem', text: `${request.path}: ${String(error)}` });
      return 0;
    }
    for (const name of this.#services.names.slice(known)) this.#journal.write({ kind: 'service', name });
    const { path } = request;
    if (names.length > 0) {
      const kept = names.slice(0, Math.max(0, names.length - rejected));
      this.#note({ kind: 'names', path, names: kept });
      return kept.length;
    }
    this.#batch.cutTo(this.#batch.length - rejected);
    this.#journal.writeSpans(this.#batch);
    this.#note({ kind: 'spans', path, count: this.#batch.length, backwards: this.#batch.backwards });
    for (const span of this.#batch) this.#addSpan(path, span);
    return this.#batch.length;
  }

  requested(request: SinkRequest): void {
    this.#note({ kind: 'request', request });
  }

  tally(): SinkTally {
    const tables = [...this.#tables.values()];
    const sum = (of: 'unique' | 'again' | 'altered') => tables.reduce((total, table) => total + table[of], 0);
    return {
      connections: this.#connections,
      open: this.open,
      paths: Object.fromEntries([...this.#paths].map(([path, tally]) => [path, { ...tally }])),
      spans: { unique: sum('unique'), again: sum('again'), altered: sum('altered'), backwards: this.#backwards },
      services: Object.fromEntries(
        this.#services.names.map((name, number) => [name, this.#spansOfService[number] ?? 0]),
      ),
      flooded: this.flooded,
      problems: [...this.#problems],
    };
  }

  report(): SinkReport {
    const taken: Record<string, Record<string, number>> = {};
    for (const [path, names] of this.#names) taken[path] = Object.fromEntries(names);
    for (const [path, table] of this.#tables) {
      const items: Record<string, number> = {};
      for (const { id, times } of table.entries()) items[id] = times;
      taken[path] = items;
    }
    return { ...this.tally(), requests: this.#requests.slice(-REQUESTS_KEPT), taken };
  }

  close(): void {
    this.#journal.close();
  }

  #note(entry: JournalEntry): void {
    this.#journal.write(entry);
    this.#apply(entry);
  }

  #apply(entry: JournalEntry): void {
    switch (entry.kind) {
      case 'service':
        this.#services.numberOf(entry.name);
        return;
      case 'names':
        this.#addNames(entry.path, entry.names);
        return;
      case 'connections':
        this.#connections = entry.count;
        return;
      case 'problem':
        if (this.#problems.length < PROBLEMS_KEPT) this.#problems.push(entry.text);
        return;
      case 'request':
        this.#addRequest(entry.request as SinkRequest);
        return;
      case 'spans':
        this.#backwards += entry.backwards;
    }
  }

  #addSpan(path: string, span: SpanRecord): void {
    const table = this.#tables.get(path) ?? new SpanTable();
    this.#tables.set(path, table);
    if (!table.add(span)) return;
    const service = span.words[span.at + 7] ?? 0;
    this.#spansOfService[service] = (this.#spansOfService[service] ?? 0) + 1;
  }

  #addNames(path: string, names: readonly string[]): void {
    const known = this.#names.get(path) ?? new Map<string, number>();
    this.#names.set(path, known);
    for (const name of names) {
      const times = known.get(name);
      if (times !== undefined || known.size < NAMES_KEPT) known.set(name, (times ?? 0) + 1);
    }
  }

  #addRequest(request: SinkRequest): void {
    const tally = this.#paths.get(request.path) ?? { requests: 0, bytes: 0, items: 0 };
    this.#paths.set(request.path, tally);
    tally.requests += 1;
    tally.bytes += request.bytes;
    tally.items += request.items;
    this.#requests.push(request);
    if (this.#requests.length > 2 * REQUESTS_KEPT) this.#requests.splice(0, REQUESTS_KEPT);
  }
}
