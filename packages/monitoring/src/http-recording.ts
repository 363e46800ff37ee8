import { durationSeconds, type ServiceConfig, type VigilConfig } from '@vigil/config/file';
import {
  DEPLOYMENT_ENVIRONMENT_NAME,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_SERVER_REQUEST_DURATION,
  promLabel,
  promName,
  SERVICE_NAME,
} from '@vigil/conventions';
import { select, share } from './promql.ts';
import type { RecordingRule, RuleGroup } from './rule-file.ts';

/** The label every rule and panel knows a service by. */
export const SERVICE_LABEL = promLabel(SERVICE_NAME);
const BY = `sum by (${SERVICE_LABEL}, ${promLabel(DEPLOYMENT_ENVIRONMENT_NAME)})`;
const DURATION = promName(HTTP_SERVER_REQUEST_DURATION);

/** Window of the rates that the longer windows are added up from. */
const BASE = '5m';
/** Up to here a window is read from the counters themselves. Longer ones would read too many samples at each evaluation. */
const RAW_MAXIMUM_SECONDS = 3_600;
/** From here on a ratio need not be fresh to the second. */
const SLOW_MINIMUM_SECONDS = 86_400;
const SLOW_INTERVAL = '1m';

/** What counts against an objective. */
export type BadEvent = 'failed' | 'slow';

const REQUESTS = 'service:http_server_requests';
const series = (event: BadEvent) => `${REQUESTS}_${event}`;

export const requestRate = (window: string): string => `${REQUESTS}:rate${window}`;
export const badRate = (event: BadEvent, window: string): string => `${series(event)}:rate${window}`;
/** Share of all requests in the window that were bad: every request counts the same, whenever it came. */
export const badRatio = (event: BadEvent, window: string): string => `${series(event)}:ratio_rate${window}`;
/** Share of requests that may be bad, for each service and objective. */
export const ERROR_BUDGET = 'service:slo_error_budget:ratio';
export const SLO_LABEL = 'slo';
export const SLO_OF: Readonly<Record<BadEvent, 'availability' | 'latency'>> = {
  failed: 'availability',
  slow: 'latency',
};

const isRaw = (window: string) => durationSeconds(window) <= RAW_MAXIMUM_SECONDS;

/** An expression for how many requests a window held. `rate` names the recorded rate: {@link requestRate} or a bad one. */
export function countIn(
  window: string,
  rate: (window: string) => string,
  service: string,
  config: VigilConfig,
): string {
  const of = (name: string) => select(name, { [SERVICE_LABEL]: service });
  if (isRaw(window)) return `${of(rate(window))} * ${durationSeconds(window)}`;
  // Each evaluation adds one rate per second, so the sum times the seconds between two evaluations is the count.
  const interval = durationSeconds(config.alerting.evaluationInterval);
  return `sum_over_time(${of(rate(BASE))}[${window}]) * ${interval}`;
}

function windowsOf({ alerting }: VigilConfig): string[] {
  const pairs = [...alerting.burnRates.page, ...alerting.burnRates.ticket];
  const all = [BASE, ...pairs.flatMap(({ short, long }) => [short, long]), alerting.burnRates.period];
  return [...new Set(all)].sort((a, b) => durationSeconds(a) - durationSeconds(b));
}

function rates(window: string, services: readonly ServiceConfig[]): RecordingRule[] {
  const count = (matchers = {}) => `${BY} (rate(${select(`${DURATION}_count`, matchers)}[${window}]))`;
  return [
    { record: requestRate(window), expr: count() },
    {
      record: badRate('failed', window),
      // A service without failures has no such series: it must be 0, or there would be no ratio.
      expr: `${count({ [promLabel(HTTP_RESPONSE_STATUS_CODE)]: /5../ })} or ${requestRate(window)} * 0`,
    },
    ...services.flatMap(({ name, slo }) => (slo.latency ? [slowRate(window, name, slo.latency.threshold)] : [])),
  ];
}

function slowRate(window: string, service: string, threshold: number): RecordingRule {
  // Pushed histograms say le="1", scraped ones le="1.0".
  const le = Number.isInteger(threshold) ? new RegExp(`${threshold}|${threshold}\\.0`) : String(threshold);
  const fast = select(`${DURATION}_bucket`, { [SERVICE_LABEL]: service, le });
  const all = select(requestRate(window), { [SERVICE_LABEL]: service });
  return {
    record: badRate('slow', window),
    expr: `clamp_min(${all} - ${BY} (rate(${fast}[${window}])), 0)`,
    // The expression has this label already: here it tells promtool that the services' rules are not one rule twice.
    labels: { [SERVICE_LABEL]: service },
  };
}

function ratio(event: BadEvent, window: string): RecordingRule {
  const over = (name: string) => (isRaw(window) ? name : `sum_over_time(${name}[${window}])`);
  const at = isRaw(window) ? window : BASE;
  // `> 0`: without a request there is no ratio, rather than a NaN.
  return { record: badRatio(event, window), expr: `${over(badRate(event, at))} / (${over(requestRate(at))} > 0)` };
}

const budgets = (services: readonly ServiceConfig[]): RecordingRule[] =>
  services.flatMap(({ name, slo }) =>
    (['availability', 'latency'] as const).flatMap((kind) => {
      const objective = slo[kind]?.objective;
      if (objective === undefined) return [];
      const labels = { [SERVICE_LABEL]: name, [SLO_LABEL]: kind };
      return [{ record: ERROR_BUDGET, expr: `vector(${share(100 - objective)})`, labels }];
    }),
  );

/**
 * Recording rules that alerts and dashboards share: requests, failed and slow ones per second, and their ratio over every
 * window an objective is judged by. Windows up to 1 h come from the counters; longer ones add up what was recorded, so
 * their cost does not grow with the number of routes and instances. Never throws.
 */
export function httpRecordingGroups(config: VigilConfig): RuleGroup[] {
  const windows = windowsOf(config);
  const events: BadEvent[] = config.services.some(({ slo }) => slo.latency) ? ['failed', 'slow'] : ['failed'];
  const ratios = (of: string[]) => of.flatMap((window) => events.map((event) => ratio(event, window)));
  const slow = windows.filter((window) => durationSeconds(window) >= SLOW_MINIMUM_SECONDS);
  const quick = windows.filter((window) => durationSeconds(window) < SLOW_MINIMUM_SECONDS);
  const interval = config.alerting.evaluationInterval;
  return [
    {
      name: 'http-rates',
      interval,
      rules: [
        ...quick.filter(isRaw).flatMap((window) => rates(window, config.services)),
        ...ratios(quick),
        ...budgets(config.services),
      ],
    },
    {
      name: 'http-ratios-long',
      interval: durationSeconds(interval) > durationSeconds(SLOW_INTERVAL) ? interval : SLOW_INTERVAL,
      rules: ratios(slow),
    },
  ];
}
