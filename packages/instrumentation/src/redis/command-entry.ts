import {
  DB_CLIENT_OPERATION_DURATION,
  DB_NAMESPACE,
  DB_OPERATION_NAME,
  DB_QUERY_TEXT,
  DB_SYSTEM_NAME,
  ERROR_TYPE,
  SERVER_ADDRESS,
  SERVER_PORT,
  VIGIL_OUTCOME,
  VIGIL_REDIS_BATCH_SIZE,
  VIGIL_REDIS_LOOKUPS,
} from '@vigil/conventions';
import type { HistogramSeries, LabelValue } from '@vigil/metrics';
import { ConstantAttributes } from '@vigil/otlp-exporter';
import { type CommandTraits, commandTraits } from './command-traits.ts';
import type { LookupCounts } from './lookup-outcome.ts';
import { OTHER_ERROR } from './redis-error-type.ts';
import { labelsOf, type RedisMeters } from './redis-meters.ts';

/** Error types that get a series of their own, for one command of one server. */
const ERROR_TYPES_MAXIMUM = 20;

/** Who answers, as spans and metrics name it. */
export interface ServerLabels {
  /** Host name, address or path of the socket; undefined where a cluster has not chosen a node yet. */
  readonly address: string | undefined;
  readonly port: number | undefined;
  /** Number of the database, as text. */
  readonly namespace: string;
}

/** Everything that all operations of one command on one server have in common, made once. */
export class CommandEntry {
  readonly name: string;
  readonly traits: CommandTraits;
  readonly constants: ConstantAttributes;
  /** Of operations without an error; undefined when metrics are off. */
  readonly duration: HistogramSeries | undefined;
  readonly lookups: LookupCounts | undefined;
  readonly batchSize: HistogramSeries | undefined;
  readonly #meters: RedisMeters | undefined;
  readonly #values: Readonly<Record<string, LabelValue>>;
  readonly #errors = new Map<string, HistogramSeries>();

  /** @param writesText the constants have `db.query.text`, the command's name; not where the options let spans have more. */
  constructor(given: string, server: ServerLabels, meters: RedisMeters | undefined, writesText: boolean) {
    const traits = commandTraits(given);
    const { name } = traits;
    this.name = name;
    this.traits = traits;
    this.#meters = meters;
    this.#values = {
      [DB_SYSTEM_NAME]: 'redis',
      [DB_NAMESPACE]: server.namespace,
      [DB_OPERATION_NAME]: name,
      [SERVER_ADDRESS]: server.address,
      [SERVER_PORT]: server.port,
    };
    const pairs: unknown[] = Object.entries(this.#values).flat();
    const isBatch = name === 'PIPELINE' || name === 'MULTI';
    if (writesText || isBatch || traits.hasSecretArguments) pairs.push(DB_QUERY_TEXT, name);
    this.constants = new ConstantAttributes(pairs);
    this.duration = meters?.duration.series(...labelsOf(DB_CLIENT_OPERATION_DURATION, this.#values));
    this.lookups = traits.lookup === undefined || meters === undefined ? undefined : this.#lookupCounts(meters);
    this.batchSize = isBatch ? meters?.batchSize.series(...labelsOf(VIGIL_REDIS_BATCH_SIZE, this.#values)) : undefined;
  }

  /** The series of an error type; beyond the bound that of `_OTHER`. */
  durationOf(errorType: string): HistogramSeries | undefined {
    if (this.#meters === undefined) return undefined;
    const known = this.#errors.get(errorType);
    if (known !== undefined) return known;
    const type = this.#errors.size < ERROR_TYPES_MAXIMUM ? errorType : OTHER_ERROR;
    const labels = labelsOf(DB_CLIENT_OPERATION_DURATION, { ...this.#values, [ERROR_TYPE]: type });
    const series = this.#meters.duration.series(...labels);
    if (type === errorType) this.#errors.set(type, series);
    return series;
  }

  #lookupCounts({ lookups }: RedisMeters): LookupCounts {
    const of = (outcome: string) =>
      lookups.series(...labelsOf(VIGIL_REDIS_LOOKUPS, { ...this.#values, [VIGIL_OUTCOME]: outcome }));
    return { hits: of('hit'), misses: of('miss') };
  }
}
