import type { Check, FaultRow, Need, RowContext, RowOutcome } from '../../row.ts';
import { judge, rounded } from './bed/judgement.ts';
import { type ProgramName, StackBed, type StackOptions } from './bed/stack-bed.ts';
import { StackLoad, type Stretch } from './bed/stack-load.ts';
import { within } from './bed/waiting.ts';

/** What a fault is made on, and where it notes what it saw. */
export interface Stage {
  readonly context: RowContext;
  readonly bed: StackBed;
  readonly load: StackLoad;
  readonly checks: Check[];
  readonly figures: Record<string, number | string>;
  /** Lets the load run on for so long, with a line for whoever watches. */
  during(phase: string, seconds: number): Promise<Stretch>;
}

/** A fault of the stack under load. */
export interface DeliveryFault {
  readonly id: string;
  readonly fault: string;
  readonly expected: string;
  readonly typicalSeconds: number;
  readonly inSelection?: boolean;
  readonly needs?: readonly Need[];
  readonly options?: StackOptions;
  readonly spansPerSecond?: number;
  /** Before anything runs; resolves to what undoes it. */
  prepare?(bed: StackBed, context: RowContext): Promise<() => Promise<void>>;
  /** Makes the fault and heals it: after this everything must run again. */
  strike(stage: Stage): Promise<void>;
}

export const STORES: readonly ProgramName[] = ['prometheus', 'jaeger', 'loki'];
const HEALTHY_SECONDS = 3;
const DRAIN_SECONDS_MAXIMUM = 150;
const RECOVERY_SECONDS_MAXIMUM = 37;

/**
 * A row whose promise is delivery: the three stores and the collector run, an application with Vigil sends spans and a
 * sender sends metrics and logs, the fault is made and healed, the load ends; then everything that the collector accepted
 * must be in the stores, and the application must have been left alone.
 */
export function deliveryRow(fault: DeliveryFault): FaultRow {
  return {
    id: fault.id,
    fault: fault.fault,
    load: `${fault.spansPerSecond ?? 300} spans, 25 points and 25 log lines a second into the real collector, Jaeger, Prometheus and Loki behind it`,
    expected: fault.expected,
    needs: ['stack', ...(fault.needs ?? [])],
    subjects: ['vigil'],
    inSelection: fault.inSelection ?? false,
    typicalSeconds: fault.typicalSeconds,
    run: (context) => run(fault, context),
  };
}

async function run(fault: DeliveryFault, context: RowContext): Promise<RowOutcome> {
  const bed = await StackBed.open(context, fault.options);
  let load: StackLoad | undefined;
  let undo: (() => Promise<void>) | undefined;
  try {
    undo = await fault.prepare?.(bed, context);
    await bed.start(...STORES, 'collector');
    load = await StackLoad.start(bed.urls, context.signal, fault.spansPerSecond);
    const running = load;
    const stage: Stage = {
      context,
      bed,
      load,
      checks: [],
      figures: {},
      during: async (phase, seconds) => {
        context.progress(`${phase}: ${seconds} s`);
        return await running.during(seconds);
      },
    };
    await stage.during('healthy', HEALTHY_SECONDS);
    await fault.strike(stage);
    await judgeDelivery(stage);
    return { checks: stage.checks, figures: stage.figures };
  } finally {
    await load?.dispose();
    await bed.dispose();
    await undo?.();
  }
}

async function judgeDelivery({ context, bed, load, checks, figures }: Stage): Promise<void> {
  const recovery = await load.recovery();
  figures['recovery s'] = recovery;
  checks.push(
    judge(
      'I6',
      `spans are accepted again and the breaker is closed at most ${RECOVERY_SECONDS_MAXIMUM} s (one probe and 1 s) after healing`,
      recovery <= RECOVERY_SECONDS_MAXIMUM,
      `${recovery} s`,
    ),
  );
  await load.during(HEALTHY_SECONDS);
  context.progress('the load ends; waiting for what was accepted');
  const stopped = await load.stop();
  checks.push(...stopped.applicationChecks());
  const spans = await stopped.spanChecks();
  const metrics = await stopped.itemChecks('metrics');
  const logs = await stopped.itemChecks('logs');
  checks.push(...spans.checks, ...metrics.checks, ...logs.checks);
  const drained = await within(DRAIN_SECONDS_MAXIMUM, context.signal, async () =>
    (await bed.metric('collector', 'otelcol_exporter_queue_size')) === 0 ? true : undefined,
  );
  checks.push(
    judge(
      'I6',
      "the collector's queues are empty again",
      drained !== undefined,
      drained === undefined ? `not within ${DRAIN_SECONDS_MAXIMUM} s` : `after ${rounded(drained.seconds)} s`,
    ),
  );
  figures['drained s'] = rounded(spans.seconds + metrics.seconds + logs.seconds + (drained?.seconds ?? 0));
  const { ledger, stopMillis = 0 } = stopped.end;
  figures['stop s'] = rounded(stopMillis / 1_000);
  // What is neither in the store, nor counted, nor listed as unconfirmed.
  figures['spans lost − counted'] = Math.max(0, ledger.accepted - spans.unique);
  figures['spans accepted'] = ledger.accepted;
  figures['spans lost, counted'] = Object.values(ledger.lost).reduce((sum, count) => sum + count, 0);
  figures['spans unconfirmed'] = ledger.unconfirmed;
  figures['points accepted'] = load.sender.ledgers.metrics.accepted.size;
  figures['lines accepted'] = load.sender.ledgers.logs.accepted.size;
}
