// Unit tests run on the TypeScript sources as native ES modules. Hooks, workers, signals and exit bypass jest's module
// registry, so those are tested in child processes on the built output (e2e/).
/** What the tests' driver found that this machine cannot run (e2e/driver/lacks.ts). */
const leftOut = (process.env.VIGIL_TEST_IGNORE ?? '').split(',').filter(Boolean);

/** @type {import('jest').Config} */
export default {
  roots: [
    '<rootDir>/packages',
    '<rootDir>/examples',
    '<rootDir>/tools',
    '<rootDir>/bench/measure',
    '<rootDir>/bench/overhead',
    '<rootDir>/bench/in-process',
    '<rootDir>/e2e/driver',
    '<rootDir>/e2e/faults/bed',
    '<rootDir>/e2e/faults/report',
    '<rootDir>/e2e/faults/rows',
  ],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', ...leftOut],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }],
  },
  testEnvironmentOptions: { customExportConditions: ['@vigil/source', 'node', 'node-addons'] },
  collectCoverageFrom: ['packages/*/src/**/*.ts', '!**/*.test.ts'],
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'json-summary', 'lcov'],
};
