import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ATTRIBUTES } from './cases/attributes.ts';
import { EVENTS_AND_LINKS } from './cases/events-and-links.ts';
import { EXCEPTIONS } from './cases/exceptions.ts';
import { LIFE } from './cases/life.ts';
import { PARENTS } from './cases/parents.ts';
import { SAMPLING } from './cases/sampling.ts';
import { STATUS } from './cases/status.ts';
import { TIMES } from './cases/times.ts';
import { type Case, onOurs, onSdk } from './same-span.ts';

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => {
  context.disable();
});

const SUITES: Readonly<Record<string, readonly Case[]>> = {
  life: LIFE,
  attributes: ATTRIBUTES,
  'events and links': EVENTS_AND_LINKS,
  exceptions: EXCEPTIONS,
  status: STATUS,
  times: TIMES,
  parents: PARENTS,
  sampling: SAMPLING,
};

describe.each(Object.entries(SUITES))('the same as the SDK: %s', (_, cases) => {
  test.each(cases.map((given) => [given.claim, given] as const))('%s', async (_claim, given) => {
    const sdk = await onSdk(given);
    const { exported, recorded } = await onOurs(given);
    const expected = given.differs === undefined ? sdk : given.differs.ours(sdk);
    expect(exported.threw).toBe(false);
    expect(exported).toEqual(expected);
    expect(recorded).toEqual(exported);
    // A difference that has gone should not go on being excused.
    if (given.differs !== undefined) expect(expected).not.toEqual(sdk);
  });
});
