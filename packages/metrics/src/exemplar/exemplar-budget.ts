/** Spans that all series together may hold until the next collection; beyond it, buckets without one get none. */
export class ExemplarBudget {
  /** 0 while nobody reads exemplars. */
  limit = 0;
  held = 0;
}
