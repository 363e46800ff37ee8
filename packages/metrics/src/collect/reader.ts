import { AggregationTemporality, type InstrumentType } from '@opentelemetry/sdk-metrics';

/** What a reader wants. */
export interface ReaderOptions {
  /** As in the SDK's readers. Default: cumulative for all. */
  readonly selectAggregationTemporality?: (instrumentType: InstrumentType) => AggregationTemporality;
  /** Exponential is given only where the registry keeps it. Default: explicit. */
  readonly histograms?: 'explicit' | 'exponential';
  /** Points carry exemplars. Default: false, which most readers have no place for. */
  readonly exemplars?: boolean;
}

/** One who collects, and since when: each series keeps a share for each. */
export class Reader {
  /** Its place in the shares of a series. */
  readonly index: number;
  readonly isExponential: boolean;
  readonly wantsExemplars: boolean;
  readonly temporality: (instrumentType: InstrumentType) => AggregationTemporality;
  /** Of its last collection: where its next deltas begin. */
  lastMillis: number;

  constructor(index: number, options: ReaderOptions, startMillis: number) {
    this.index = index;
    this.temporality = options.selectAggregationTemporality ?? (() => AggregationTemporality.CUMULATIVE);
    this.isExponential = options.histograms === 'exponential';
    this.wantsExemplars = options.exemplars ?? false;
    this.lastMillis = startMillis;
  }
}

/** What a collection is: who collects, who else there is, and when. */
export interface Collection {
  readonly reader: Reader;
  readonly readers: readonly Reader[];
  readonly millis: number;
}
