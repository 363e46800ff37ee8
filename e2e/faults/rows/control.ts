import { sickBackendRow } from '../bed/sick-backend-row.ts';
import type { FaultRow } from '../row.ts';

/** Nothing is sick: what is then not as with a healthy backend is the bed's own error. */
export const controlRow: FaultRow = sickBackendRow({
  id: 'control',
  fault: 'none: both backends are well',
  expected: 'no difference; every span is delivered',
  sicken: async () => undefined,
  heal: async () => undefined,
  also: ({ first: { ended, unique } }) => [
    {
      invariant: 'I4',
      claim: 'every span that ended is at the sink',
      verdict: ended === unique ? 'held' : 'broken',
      seen: `${unique} of ${ended}`,
    },
  ],
});
