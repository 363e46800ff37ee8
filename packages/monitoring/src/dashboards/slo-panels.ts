import type { VigilConfig } from '@vigil/config/file';
import { ALERTS, SCRAPE_JOBS } from '@vigil/conventions';
import { WATCHDOG } from '../alerts/delivery.ts';
import {
  type BadEvent,
  badRatio,
  ERROR_BUDGET,
  requestRate,
  SERVICE_LABEL,
  SLO_LABEL,
  SLO_OF,
} from '../http-recording.ts';
import { stat, table, timeSeries } from './panel.ts';
import { ofService } from './selected-service.ts';

const NO_TRAFFIC = 'No request yet';
const NO_OBJECTIVE = 'No objective, or no request yet';

/** How many times faster than allowed the window burned the budget. */
function burn(event: BadEvent, window: string): string {
  const budget = ofService(ERROR_BUDGET, { [SLO_LABEL]: SLO_OF[event] });
  return `${ofService(badRatio(event, window))} / on (${SERVICE_LABEL}) group_left () ${budget}`;
}

const budgetLeft = (event: BadEvent, period: string) => `1 - ${burn(event, period)}`;

/** The top line: numbers that say at a glance whether to act. Never throws. */
export function verdictPanels(config: VigilConfig) {
  const { page, ticket, period } = config.alerting.burnRates;
  const [pagePair, ticketPair] = [page[0], ticket.at(-1)];
  const window = pagePair?.short ?? '5m';
  const burnSteps = { look: ticketPair?.factor ?? 1, act: pagePair?.factor ?? 14.4 };
  const leftSteps = { look: 0.5, act: 0.1, falling: true } as const;
  const one = { span: 4, height: 4 };
  const telemetry = [SCRAPE_JOBS.collector, SCRAPE_JOBS.prometheus, SCRAPE_JOBS.alertmanager].join('|');
  const firing = `${ALERTS.name}{alertstate="firing",alertname!="${WATCHDOG}",service=~"$service|${telemetry}"}`;
  return [
    stat({
      ...one,
      title: 'Failed requests',
      description: `Share of requests that ended in a 5xx status in the last ${window}.`,
      empty: NO_TRAFFIC,
      unit: 'percentunit',
      queries: [{ expr: ofService(badRatio('failed', window)), legend: 'failed' }],
    }),
    stat({
      ...one,
      title: 'Availability burn',
      description: `How many times faster than allowed failures use up the budget, over ${window}: at 1 it lasts exactly ${period}, from ${burnSteps.act} on it pages.`,
      empty: NO_TRAFFIC,
      unit: 'short',
      queries: [{ expr: burn('failed', window), legend: 'burn' }],
      steps: burnSteps,
    }),
    stat({
      ...one,
      title: 'Availability budget left',
      description: `What is left of the failures that the objective allows in ${period}, or in as much of it as Prometheus keeps. Below 0 the objective is missed.`,
      empty: NO_TRAFFIC,
      unit: 'percentunit',
      queries: [{ expr: budgetLeft('failed', period), legend: 'left' }],
      steps: leftSteps,
    }),
    stat({
      ...one,
      title: 'Latency burn',
      description: `How many times faster than allowed slow requests use up the budget, over ${window}.`,
      empty: NO_OBJECTIVE,
      unit: 'short',
      queries: [{ expr: burn('slow', window), legend: 'burn' }],
      steps: burnSteps,
    }),
    stat({
      ...one,
      title: 'Latency budget left',
      description: `What is left of the slow requests that the objective allows in ${period}.`,
      empty: NO_OBJECTIVE,
      unit: 'percentunit',
      queries: [{ expr: budgetLeft('slow', period), legend: 'left' }],
      steps: leftSteps,
    }),
    stat({
      ...one,
      title: 'Requests',
      description: 'Requests per second in the last 5 minutes.',
      empty: NO_TRAFFIC,
      unit: 'reqps',
      queries: [{ expr: ofService(requestRate('5m')), legend: 'requests' }],
    }),
    table({
      title: 'Firing alerts',
      description: 'What fires for this service, and for the telemetry it is seen through. A row opens its runbook.',
      empty: 'Nothing fires',
      span: 24,
      height: 5,
      expr: firing,
      hide: ['Time', 'Value', '__name__', 'alertstate', 'family', SERVICE_LABEL, 'instance', 'job'],
      link: `${config.links.runbooks}/\${__data.fields.alertname}.md`,
    }),
  ];
}

/** How the budgets burn over the windows that alerts look at. Never throws. */
export function budgetPanels(config: VigilConfig) {
  const { page, ticket, period } = config.alerting.burnRates;
  const windows = [...new Set([...page, ...ticket].flatMap(({ short, long }) => [short, long]))];
  const half = { span: 12, height: 8, unit: 'short' };
  const lines = (event: BadEvent) => windows.map((window) => ({ expr: burn(event, window), legend: window }));
  return [
    timeSeries({
      ...half,
      title: 'Availability burn by window',
      description: `Times faster than allowed. An alert needs a short and a long window above its factor: ${[...page, ...ticket].map(({ short, long, factor }) => `${factor} on ${short} and ${long}`).join(', ')}.`,
      empty: NO_TRAFFIC,
      queries: lines('failed'),
    }),
    timeSeries({
      ...half,
      title: 'Latency burn by window',
      description: `The same for requests that are too slow, against the budget of ${period}.`,
      empty: NO_OBJECTIVE,
      queries: lines('slow'),
    }),
  ];
}
