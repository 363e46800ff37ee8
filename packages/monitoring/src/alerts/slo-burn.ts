import type { BurnWindowPair, ServiceConfig, VigilConfig } from '@vigil/config/file';
import type { Alert } from '../alert.ts';
import { DASHBOARD_UIDS } from '../dashboard-link.ts';
import { type BadEvent, badRate, badRatio, countIn, requestRate, SERVICE_LABEL, SLO_OF } from '../http-recording.ts';
import { select, share } from '../promql.ts';

interface Burn {
  readonly event: BadEvent;
  readonly objective: number;
  readonly service: ServiceConfig;
  readonly config: VigilConfig;
}

/** One pair of windows: both must burn, and the long one must hold enough to judge by. Its value is the short ratio. */
function pairBurns({ short, long, factor }: BurnWindowPair, { event, objective, service, config }: Burn): string {
  const { requests, failures } = config.alerting.minimumTraffic;
  const ratio = (window: string) => select(badRatio(event, window), { [SERVICE_LABEL]: service.name });
  const limit = `${factor} * ${share(100 - objective)}`;
  const bad = (window: string) => badRate(event, window);
  return [
    `${ratio(short)} > ${limit}`,
    `${ratio(long)} > ${limit}`,
    `${countIn(long, bad, service.name, config)} >= ${failures}`,
    `${countIn(long, requestRate, service.name, config)} >= ${requests}`,
  ].join('\n  and ');
}

const anyPairBurns = (pairs: readonly BurnWindowPair[], burn: Burn): string =>
  pairs.map((pair) => `(\n  ${pairBurns(pair, burn)}\n)`).join('\nor\n');

const either = (pairs: readonly BurnWindowPair[], window: 'short' | 'long') =>
  pairs.map((pair) => pair[window]).join(' or ');

/** What of the requests was wrong, in words that follow "… of the requests to shop". */
const WRONG: Readonly<Record<BadEvent, (service: ServiceConfig) => string>> = {
  failed: () => 'failed with a 5xx status',
  slow: ({ slo }) => `took longer than ${slo.latency?.threshold} s`,
};

function burnAlerts(burn: Burn): Alert[] {
  const { service, event, objective, config } = burn;
  const { page, ticket, period } = config.alerting.burnRates;
  const kind = SLO_OF[event];
  const family = `${kind === 'availability' ? 'Availability' : 'Latency'}BudgetBurn`;
  const shared = {
    family,
    service: service.name,
    team: service.team,
    // No hold: the long window is one, and a better one, for it forgets nothing that happened in it.
    holdFor: '0s',
    dashboard: DASHBOARD_UIDS.serviceOverview,
  };
  const wrong = (pairs: readonly BurnWindowPair[]) =>
    `{{ $value | humanizePercentage }} of the requests to ${service.name} ${WRONG[event](service)} in the last ` +
    `${either(pairs, 'short')}, and too many in the last ${either(pairs, 'long')}; ` +
    `${Number((100 - objective).toPrecision(12))}% are allowed (objective ${objective}% over ${period}).`;
  return [
    {
      ...shared,
      alert: `${family}Fast`,
      severity: 'critical',
      expr: anyPairBurns(page, burn),
      summary: `${service.name} burns its ${kind} budget so fast that users notice now.`,
      description: wrong(page),
    },
    {
      ...shared,
      alert: `${family}Slow`,
      severity: 'warning',
      expr: anyPairBurns(ticket, burn),
      summary: `${service.name} will use up its ${kind} budget before the period ends.`,
      description: wrong(ticket),
    },
  ];
}

/** Multi-window, multi-burn-rate alerts for every objective of every service. Never throws. */
export function sloBurnAlerts(config: VigilConfig): Alert[] {
  return config.services.flatMap((service) => {
    const { availability, latency } = service.slo;
    return [
      ...burnAlerts({ event: 'failed', objective: availability.objective, service, config }),
      ...(latency ? burnAlerts({ event: 'slow', objective: latency.objective, service, config }) : []),
    ];
  });
}
