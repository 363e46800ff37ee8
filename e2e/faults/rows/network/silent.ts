import { sickBackendRow } from '../../bed/sick-backend-row.ts';
import type { FaultRow } from '../../row.ts';
import { PROBES_ONLY, sickAnswerRow } from './sick-answer.ts';

/** F3 to F5: an answer that does not come, comes late, or never ends. */
export const silentRows: readonly FaultRow[] = [
  sickAnswerRow(
    { kind: 'hang' },
    {
      id: 'F3 hang',
      fault: 'takes the request and never answers',
      expected: 'the deadline of 5 s ends an attempt, the breaker opens; spans of those attempts are unconfirmed',
      inSelection: true,
      bounds: PROBES_ONLY,
    },
  ),
  sickBackendRow({
    id: 'F3 frozen',
    fault: 'stopped (SIGSTOP): the kernel accepts the connection, nobody reads',
    expected: 'as a hang',
    bounds: PROBES_ONLY,
    sicken: async ({ sink }) => sink.freeze(),
    heal: async ({ sink }) => sink.thaw(),
  }),
  sickAnswerRow(
    { kind: 'answer', delayMillis: 4_500 },
    {
      id: 'F4 slow',
      fault: 'answers after 4.5 s, within the deadline',
      expected: 'a slow answer counts against the breaker; nothing is sent side by side to make up for it',
      bounds: PROBES_ONLY,
    },
  ),
  sickAnswerRow(
    { kind: 'answer', delayMillis: { from: 15_000, to: 40_000 } },
    {
      id: 'F4 very slow',
      fault: 'answers after 15 to 40 s',
      expected: 'as a hang: the answer that comes after the deadline is not waited for',
      bounds: PROBES_ONLY,
    },
  ),
  sickAnswerRow(
    { kind: 'drip', status: 200, everyMillis: 400 },
    {
      id: 'F5 200',
      fault: 'answers 200, then one byte in 400 ms without end',
      expected: 'the total deadline ends it; its spans are unconfirmed',
      bounds: PROBES_ONLY,
    },
  ),
  sickAnswerRow(
    { kind: 'drip', status: 503, everyMillis: 400 },
    {
      id: 'F5 503',
      fault: 'answers 503, then one byte in 400 ms without end',
      expected: 'the total deadline ends it',
      bounds: PROBES_ONLY,
    },
  ),
];
