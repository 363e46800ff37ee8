import type { Attributes } from '@opentelemetry/api';
import type { LabelValue } from '../metric-registry.ts';

/** As OpenTelemetry's specification names the series for what is over the limit. */
const OVERFLOW: Attributes = Object.freeze({ 'otel.metric.overflow': true });

/** Longer text is cut: what names an error or a route may come from outside. */
const LABEL_LENGTH_MAXIMUM = 1_024;

export interface SeriesTreeOptions<Series> {
  /** Attribute keys, in the order in which labels are given. */
  readonly keys: readonly string[];
  /** Series at most, the one for what is over the limit included. */
  readonly limit: number;
  readonly create: (attributes: Attributes) => Series;
}

interface Branch<Series> extends Map<LabelValue, Branch<Series> | Series> {}

/**
 * The series of one metric by their labels: one map a label, so that a lookup makes no key. Bounded over the life of the process, as
 * series are kept by whoever records: what was seen first has its own.
 */
export class SeriesTree<Series extends object> {
  /** In the order in which they were made. */
  readonly all: Series[] = [];
  /** Lookups that were answered with the overflow series. */
  refused = 0;
  readonly #options: SeriesTreeOptions<Series>;
  readonly #depth: number;
  readonly #root: Branch<Series> = new Map();
  #only: Series | undefined;
  #overflow: Series | undefined;

  constructor(options: SeriesTreeOptions<Series>) {
    this.#options = options;
    this.#depth = options.keys.length;
  }

  /** The series of all sets of labels that found no room; undefined while all have. */
  get overflow(): Series | undefined {
    return this.#overflow;
  }

  /** Makes the series where it is not there yet. Never throws. */
  at(labels: readonly LabelValue[]): Series {
    return this.find(labels) ?? this.#grow(labels.map(label));
  }

  /** Makes nothing. */
  find(labels: readonly LabelValue[]): Series | undefined {
    if (this.#depth === 0) return this.#only;
    let branch: Branch<Series> | Series | undefined = this.#root;
    for (let i = 0; i < this.#depth; i++) {
      branch = (branch as Branch<Series>).get(labels[i]);
      if (branch === undefined) return undefined;
    }
    return branch as Series;
  }

  #grow(labels: readonly LabelValue[]): Series {
    const { keys, limit } = this.#options;
    if (this.#depth === 0) {
      this.#only = this.#made(Object.freeze({}));
      return this.#only;
    }
    // What is no label became undefined, what is too long was cut: so the series may be there.
    const found = this.find(labels);
    if (found !== undefined) return found;
    const own = this.#overflow === undefined ? this.all.length : this.all.length - 1;
    if (own >= limit - 1) {
      this.refused += 1;
      this.#overflow ??= this.#made(OVERFLOW);
      return this.#overflow;
    }
    const series = this.#made(attributesOf(keys, labels));
    let branch = this.#root;
    for (let i = 0; i < this.#depth - 1; i++) {
      let next = branch.get(labels[i]) as Branch<Series> | undefined;
      if (next === undefined) {
        next = new Map();
        branch.set(labels[i], next);
      }
      branch = next;
    }
    branch.set(labels[this.#depth - 1], series);
    return series;
  }

  #made(attributes: Attributes): Series {
    const series = this.#options.create(attributes);
    this.all.push(series);
    return series;
  }
}

/** Whatever an instrumentation took for a label: an object would be another key each time. */
function label(value: unknown): LabelValue {
  if (typeof value === 'string')
    return value.length > LABEL_LENGTH_MAXIMUM ? value.slice(0, LABEL_LENGTH_MAXIMUM) : value;
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}

function attributesOf(keys: readonly string[], labels: readonly LabelValue[]): Attributes {
  const attributes: Attributes = {};
  for (let i = 0; i < keys.length; i++) {
    const value = labels[i];
    if (value !== undefined) attributes[keys[i] as string] = value;
  }
  return Object.freeze(attributes);
}
