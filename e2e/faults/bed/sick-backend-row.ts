import type { FaultRow } from '../row.ts';
import type { Route } from './backend.ts';
import { judgeSick } from './judge-sick.ts';
import { DEFAULT_SICK_BOUNDS, type SickBackend } from './sick-backend.ts';
import { sickFigures } from './sick-figures.ts';
import { runSickBackend } from './sick-procedure.ts';

const LOAD = 'GET /ping in a closed loop over 16 connections, every span exported';

/** A row of the bed from a fault of the backend: the same procedure for all of them (sick-procedure.ts). */
export function sickBackendRow<Way extends Route = Route>(sick: SickBackend<Way>): FaultRow {
  const bounds = { ...DEFAULT_SICK_BOUNDS, ...sick.bounds };
  return {
    id: sick.id,
    fault: sick.fault,
    load: LOAD,
    expected: sick.expected,
    needs: sick.needs ?? [],
    subjects: sick.subjects ?? ['vigil', 'upstream', 'dd-trace'],
    inSelection: sick.inSelection ?? false,
    typicalSeconds: 90,
    async run(context) {
      const seen = await runSickBackend(sick, context);
      return {
        checks: [...judgeSick(seen, bounds, context.effort), ...(sick.also?.(seen) ?? [])],
        figures: sickFigures(seen),
      };
    },
  };
}
