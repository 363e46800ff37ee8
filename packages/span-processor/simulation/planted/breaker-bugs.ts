import type { PlantedBug } from './planted-bug.ts';

const BREAKER = 'otlp-exporter/src/breaker/breaker.ts';

export const BREAKER_BUGS: readonly PlantedBug[] = [
  {
    area: 'breaker',
    file: BREAKER,
    search: 'if (failures < options.failuresToOpen)',
    replace: 'if (failures <= options.failuresToOpen)',
    what: 'opens one failure late',
  },
  {
    area: 'breaker',
    file: BREAKER,
    search: "return outcome === 'success' && state.failures > 0 ? { ...state, failures: 0 } : state;",
    replace: 'return state;',
    what: 'a success does not interrupt the row of failures',
  },
  {
    area: 'breaker',
    file: BREAKER,
    search: "return state.name === 'open' ? state.probeAtMillis : Number.POSITIVE_INFINITY;",
    replace: "return state.name === 'open' ? state.probeAtMillis : Number.NEGATIVE_INFINITY;",
    what: 'half open lets everybody through, not one probe',
  },
  {
    area: 'breaker',
    file: BREAKER,
    search: 'return event.generation === state.generation ? settle(',
    replace: 'return event.generation <= state.generation ? settle(',
    what: 'a late answer of an older generation closes it',
  },
  {
    area: 'breaker',
    file: BREAKER,
    search: 'return Math.min(2 * openForMillis, options.openForMillisMaximum);',
    replace: 'return Math.min(openForMillis, options.openForMillisMaximum);',
    what: 'the opening never doubles',
  },
  {
    area: 'breaker',
    file: BREAKER,
    search: '(1 - jitter + 2 * jitter * random())',
    replace: '(1 - 2 * jitter * random())',
    what: 'the jitter takes off twice as much',
  },
  {
    area: 'breaker',
    file: BREAKER,
    search:
      '? open(state.generation, longer(state.openForMillis, options), nowMillis, options, random)\n        : { name:',
    replace: "? { name: 'closed', generation: state.generation + 1, failures: 0 }\n        : { name:",
    what: 'a failed probe closes it',
  },
  {
    area: 'breaker',
    file: BREAKER,
    search: 'Math.min(2 * openForMillis, options.openForMillisMaximum)',
    replace: '20 * openForMillis',
    what: 'the opening has no maximum: recovery takes minutes',
  },
  {
    area: 'breaker',
    file: 'otlp-exporter/src/export-loop/export-loop.ts',
    search:
      '    const now = this.#options.clock.monotonicMillis();\n    Atomics.store(this.#control, CONTROL.wake, WAKE.never);',
    replace:
      '    const now = this.#options.clock.epochMillis();\n    Atomics.store(this.#control, CONTROL.wake, WAKE.never);',
    what: 'the loop goes by the wall clock',
  },
  {
    area: 'breaker',
    file: 'otlp-exporter/src/export-loop/lane.ts',
    search: "      case 'path_refused':\n        health('neutral');",
    replace: "      case 'path_refused':\n        health('failure');",
    what: 'a wrong path opens the breaker of the whole origin',
  },
  {
    area: 'breaker',
    file: 'otlp-exporter/src/export-loop/lane.ts',
    search: "isSlow ? 'failure' : otherwise",
    replace: 'otherwise',
    what: 'slow answers are no failures',
  },
];
