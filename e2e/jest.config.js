// Tests against real programs: one file at a time, long deadlines, one stack for all of them (stack/global-setup.ts).
/** What the driver found that this machine cannot run (driver/lacks.ts). */
const leftOut = (process.env.VIGIL_TEST_IGNORE ?? '').split(',').filter(Boolean);

/** @type {import('jest').Config} */
export default {
  rootDir: '.',
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/driver/',
    '<rootDir>/faults/(bed|report|rows)/',
    '/apps/',
    ...leftOut,
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
  testEnvironmentOptions: { customExportConditions: ['@vigil/source', 'node', 'node-addons'] },
  globalSetup: '<rootDir>/stack/global-setup.ts',
  globalTeardown: '<rootDir>/stack/global-teardown.ts',
  // A hung test ends; what a test waits for has a deadline of its own (stack/worst-case.ts).
  testTimeout: 480_000,
  maxWorkers: 1,
};
