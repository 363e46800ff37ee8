/** A mistake somebody could make: a patch to one file of the production source. */
export interface PlantedBug {
  readonly area:
    | 'ledger'
    | 'ring'
    | 'breaker'
    | 'retry'
    | 'life cycle'
    | 'export loop'
    | 'trace buffer'
    | 'sampler'
    | 'encoder';
  /** From the folder of the packages. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly search: string;
  readonly replace: string;
  readonly what: string;
}
