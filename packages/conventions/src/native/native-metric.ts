/** A metric that a program of the stack exposes in Prometheus' own format: nothing translates its name. */
export interface NativeMetric {
  /** Name as Prometheus stores it: `otelcol_exporter_queue_size`. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  /** Labels that rules and panels use; the program may add more. */
  readonly labels: readonly string[];
  /** One sentence for docs and dashboards. */
  readonly description: string;
  /** The scrape job it comes from. */
  readonly job: string;
  /** The series is made only when the first such thing happens: absent in a healthy stack, and not required by the contract test. */
  readonly lazy?: true;
}
