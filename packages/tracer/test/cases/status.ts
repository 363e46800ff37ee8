import { type Span, type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import { type Case, call } from '../same-span.ts';

const { UNSET, OK, ERROR } = SpanStatusCode;

function after(...statuses: SpanStatus[]): Case['run'] {
  return ({ tracer }) => {
    const span = tracer.startSpan('work');
    for (const status of statuses) span.setStatus(status);
    span.end();
  };
}

const given = (status: unknown): Case['run'] => {
  return ({ tracer }) => {
    const span: Span = tracer.startSpan('work');
    call(span, 'setStatus', status);
    span.end();
  };
};

export const STATUS: readonly Case[] = [
  { claim: 'unset without a call', run: after() },
  { claim: 'ok', run: after({ code: OK }) },
  { claim: 'error with a description', run: after({ code: ERROR, message: 'boom' }) },
  { claim: 'ok keeps no description', run: after({ code: OK, message: 'fine' }) },
  { claim: 'unset keeps no description', run: after({ code: UNSET, message: 'nothing' }) },
  { claim: 'ok is final: error after it is ignored', run: after({ code: OK }, { code: ERROR, message: 'boom' }) },
  {
    claim: 'ok after error wins and drops the description',
    run: after({ code: ERROR, message: 'boom' }, { code: OK }),
  },
  { claim: 'unset after error is ignored', run: after({ code: ERROR, message: 'boom' }, { code: UNSET }) },
  { claim: 'unset after ok is ignored', run: after({ code: OK }, { code: UNSET }) },
  { claim: 'the last error wins', run: after({ code: ERROR, message: 'one' }, { code: ERROR, message: 'two' }) },
  {
    claim: 'an error without a description clears the one before',
    run: after({ code: ERROR, message: 'one' }, { code: ERROR }),
  },
  { claim: 'an empty description is none', run: after({ code: ERROR, message: '' }) },
  { claim: 'a description that is no string is none', run: given({ code: ERROR, message: 17 }) },
  {
    claim: 'a code that does not exist is ignored',
    run: given({ code: 7 }),
    differs: {
      because: 'the SDK exports the number',
      ours: (sdk) => ({ ...sdk, spans: sdk.spans.map((span) => ({ ...span, status: { code: 0, message: '' } })) }),
    },
  },
];
