/**
 * Names of Prometheus' scrape jobs (`job_name`), which rules select by. Jaeger is a collector too and exposes the same
 * `otelcol_*` names: a rule without its job would mix them.
 */
export const SCRAPE_JOBS = {
  collector: 'collector',
  prometheus: 'prometheus',
  alertmanager: 'alertmanager',
  jaeger: 'jaeger',
  loki: 'loki',
} as const;
