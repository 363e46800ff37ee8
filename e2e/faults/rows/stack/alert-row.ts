import type { Check, FaultRow, Need, RowContext } from '../../row.ts';
import { StackBed, type StackOptions } from './bed/stack-bed.ts';
import { Webhook } from './bed/webhook.ts';

/** What a row about alerts has at hand: a stack, and everybody whom alerts may reach. */
export interface AlertStage {
  readonly context: RowContext;
  readonly bed: StackBed;
  readonly pager: Webhook;
  readonly ticket: Webhook;
  readonly deadMan: Webhook;
  readonly checks: Check[];
  readonly figures: Record<string, number | string>;
}

/** A fault on the way from a trouble to a person. */
export interface AlertFault {
  readonly id: string;
  readonly fault: string;
  readonly expected: string;
  readonly typicalSeconds: number;
  readonly needs?: readonly Need[];
  readonly options?: StackOptions;
  run(stage: AlertStage): Promise<void>;
}

/** The waits of the rules are minutes; everything else is as shipped. */
const SHORT_WAITS = {
  evaluationInterval: '1s',
  absentAfter: '10s',
  hold: { serviceAbsent: '5s', telemetryDown: '5s', telemetryDegraded: '10s' },
  notify: {
    page: { groupWait: '1s', groupInterval: '10s', repeatInterval: '1h' },
    ticket: { groupWait: '1s', groupInterval: '10s', repeatInterval: '1d' },
  },
};

/**
 * A row whose promise is that somebody hears of it: the shipped rules and routing, with shorter waits, on the real
 * Prometheus and Alertmanager, with a pager, a ticket receiver and a dead man's switch that note what comes.
 */
export function alertRow(fault: AlertFault): FaultRow {
  return {
    id: fault.id,
    fault: fault.fault,
    load: 'the rules of vigil.yaml every second, scraped every 2 s, on the real Prometheus and Alertmanager',
    expected: fault.expected,
    needs: ['stack', ...(fault.needs ?? [])],
    subjects: ['vigil'],
    inSelection: false,
    typicalSeconds: fault.typicalSeconds,
    async run(context) {
      const [pager, ticket, deadMan] = await Promise.all([Webhook.start(), Webhook.start(), Webhook.start()]);
      const bed = await StackBed.open(context, {
        scrapeSeconds: 2,
        webhooks: { pager: pager.url, ticket: ticket.url, deadMan: deadMan.url },
        ...fault.options,
        alerting: { ...SHORT_WAITS, ...fault.options?.alerting },
      });
      const stage: AlertStage = { context, bed, pager, ticket, deadMan, checks: [], figures: {} };
      try {
        await fault.run(stage);
        return { checks: stage.checks, figures: stage.figures };
      } finally {
        await bed.dispose();
        await Promise.all([pager.close(), ticket.close(), deadMan.close()]);
      }
    },
  };
}
