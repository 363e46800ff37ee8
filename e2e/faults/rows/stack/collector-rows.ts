import type { FaultRow } from '../../row.ts';
import { judge, rounded } from './bed/judgement.ts';
import { deliveryRow, STORES, type Stage } from './delivery-row.ts';

/** Three failures open the breaker; then one probe after 5 s, doubling to 30 s; and what was under way. */
const REQUESTS_A_MINUTE_MAXIMUM = 60;
const ROUNDS = 3;

function judgeRequests({ checks, figures }: Stage, phase: string, requestsPerMinute: number): void {
  figures[`requests a minute, ${phase}`] = requestsPerMinute;
  checks.push(
    judge(
      'I5',
      `at most ${REQUESTS_A_MINUTE_MAXIMUM} requests a minute try a collector that is ${phase}`,
      requestsPerMinute <= REQUESTS_A_MINUTE_MAXIMUM,
      `${requestsPerMinute} a minute`,
    ),
  );
}

/** Faults of the collector itself, with stores that are well. */
export const COLLECTOR_ROWS: readonly FaultRow[] = [
  deliveryRow({
    id: 'F2 collector killed',
    fault: `The collector is killed with SIGKILL ${ROUNDS} times under load`,
    expected: 'What it had accepted lies in its queue on disk and arrives after its start',
    typicalSeconds: 60,
    async strike(stage) {
      const collector = stage.bed.program('collector');
      for (let round = 1; round <= ROUNDS; round += 1) {
        await collector.end('SIGKILL');
        const { requestsPerMinute } = await stage.during(`killed, round ${round}`, 6);
        if (round === 1) judgeRequests(stage, 'killed', requestsPerMinute);
        await collector.start();
        if (round < ROUNDS) await stage.load.recovery();
      }
    },
  }),
  deliveryRow({
    id: 'F3 collector frozen',
    fault: 'The collector is stopped with SIGSTOP for 15 s: it takes connections and never answers',
    expected: 'Attempts end at their deadline, the breaker opens, the application goes on; nothing accepted is lost',
    typicalSeconds: 60,
    async strike(stage) {
      stage.bed.program('collector').freeze();
      const { requestsPerMinute } = await stage.during('frozen', 15);
      judgeRequests(stage, 'frozen', requestsPerMinute);
      stage.bed.program('collector').thaw();
    },
  }),
  deliveryRow({
    id: 'F2 collector restarted',
    inSelection: true,
    fault: 'The collector is stopped with SIGTERM and started again, twice, as an upgrade does',
    expected: 'It answers what it has taken, ends in order, and the application keeps what comes meanwhile',
    typicalSeconds: 25,
    async strike(stage) {
      for (let round = 1; round <= 2; round += 1) {
        stage.figures[`collector stop ${round} s`] = rounded(await stage.bed.program('collector').end('SIGTERM'));
        await stage.during('stopped', 3);
        await stage.bed.start('collector');
        await stage.load.recovery();
      }
    },
  }),
  deliveryRow({
    id: 'F23 stack killed',
    fault: 'Collector, Jaeger, Prometheus and Loki are killed with SIGKILL in the same moment and started again',
    expected: 'Nothing that any of them had confirmed is lost',
    typicalSeconds: 70,
    async strike(stage) {
      const names = ['collector', ...STORES] as const;
      await Promise.all(names.map((name) => stage.bed.program(name).end('SIGKILL')));
      await stage.during('everything is killed', 5);
      await stage.bed.start(...STORES, 'collector');
    },
  }),
];
