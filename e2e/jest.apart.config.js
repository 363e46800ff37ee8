import base from './jest.config.js';
import { APART } from './lanes.js';

const { globalTeardown: _, ...rest } = base;

/** The lane without the shared stack. @type {import('jest').Config} */
export default {
  ...rest,
  globalSetup: '<rootDir>/stack/apart-setup.ts',
  testMatch: APART.map((folder) => `<rootDir>/${folder}/**/*.test.ts`),
};
