import type { PlantedBug } from './planted-bug.ts';

const BUFFER = 'span-processor/src/retention/trace-buffer.ts';

export const RETENTION_BUGS: readonly PlantedBug[] = [
  {
    area: 'trace buffer',
    file: BUFFER,
    search: '    if (isError) trace.hasError = true;\n',
    replace: '',
    what: 'errors are forgotten',
  },
  {
    area: 'trace buffer',
    file: BUFFER,
    search: '    if (facts.isSlow) trace.isCritical = true;\n',
    replace: '',
    what: 'slow traces may not use the reserve',
  },
  {
    area: 'trace buffer',
    file: BUFFER,
    search: 'accounts.held(-(held + trace.cut));',
    replace: 'accounts.held(-held);',
    what: 'spans the bounds cut off are held for ever',
  },
  {
    area: 'trace buffer',
    file: BUFFER,
    search: "    if (cut > 0) this.#parts.accounts.lost('trace_buffer_full', cut);\n",
    replace: '',
    what: 'spans the bounds cut off a kept trace are not counted',
  },
  {
    area: 'trace buffer',
    file: BUFFER,
    search: '(trace.held?.length ?? 0) >= bounds.maxSpansPerTrace ||',
    replace: '(trace.held?.length ?? 0) > bounds.maxSpansPerTrace ||',
    what: 'one span too many of a trace waits',
  },
  {
    area: 'trace buffer',
    file: BUFFER,
    search: '        this.#sweepAfter(remaining);\n',
    replace: '',
    what: 'the sweep is not planned again: long-lived traces are held for ever',
  },
  {
    area: 'trace buffer',
    file: BUFFER,
    search: 'if (trace.state === OPEN) this.#hold(trace, span, bytes);\n    else if (trace.state === KEPT ||',
    replace: 'if (trace.state === OPEN) this.#hold(trace, span, bytes);\n    else if (',
    what: 'late children of a kept trace are dropped',
  },
  {
    area: 'trace buffer',
    file: BUFFER,
    search: '    if (rule === undefined) return false;\n    trace.state = KEPT;\n',
    replace: '    return false;\n    trace.state = KEPT;\n',
    what: 'an error after the deadline does not bring its trace back',
  },
  {
    area: 'trace buffer',
    file: BUFFER,
    search: 'if (count > 0) this.#parts.accounts.sampledOut(count);',
    replace: 'if (count > 1) this.#parts.accounts.sampledOut(count);',
    what: 'a dropped trace with one span in the buffer is not counted',
  },
  {
    area: 'sampler',
    file: 'span-processor/src/sampler/threshold.ts',
    search: 'return randomness >= threshold;',
    replace: 'return randomness <= threshold;',
    what: 'the sampler takes the other share',
  },
  {
    area: 'sampler',
    file: 'span-processor/src/sampler/consistent-sampler.ts',
    search: 'if ((traceFlags & TraceFlags.SAMPLED) === 0) return this.#unsampledIn(traceState);',
    replace: 'if ((traceFlags & TraceFlags.SAMPLED) === 0) return SAMPLED;',
    what: "a parent's refusal is not followed",
  },
  {
    area: 'sampler',
    file: 'span-processor/src/retention/slow-threshold.ts',
    search: 'durationMillis > thresholdMillis',
    replace: 'durationMillis > thresholdMillis * 2',
    what: 'a trace is slow only at twice its threshold',
  },
];
