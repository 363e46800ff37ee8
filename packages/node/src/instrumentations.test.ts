import { expect, test } from '@jest/globals';
import { INSTRUMENTATIONS, selectInstrumentations } from './instrumentations.ts';

const select = (enabledInstrumentations: string[] | undefined, disabledInstrumentations: string[] = []) => {
  const { entries, unknownNames } = selectInstrumentations(INSTRUMENTATIONS, {
    enabledInstrumentations,
    disabledInstrumentations,
  });
  return { names: entries.map(({ name }) => name), unknownNames };
};

test('all are on by default', () => {
  expect(select(undefined).names).toEqual([
    'http',
    'undici',
    'express',
    'fastify',
    'pg',
    'ioredis',
    'pino',
    'runtime-node',
  ]);
});

test('the enabled ones are the only ones, less the disabled ones', () => {
  expect(select(['pg', 'http']).names).toEqual(['http', 'pg']);
  expect(select(['pg', 'http'], ['pg']).names).toEqual(['http']);
});

test('a name nobody has is returned', () => {
  expect(select(['htp'], ['express', 'expres'])).toEqual({ names: [], unknownNames: ['htp', 'expres'] });
});

test.each(INSTRUMENTATIONS)('$name can be created and switched off', ({ create }) => {
  expect(() => create().disable()).not.toThrow();
});
