import base from './jest.config.js';
import { APART } from './lanes.js';

/** The lane with the shared stack. @type {import('jest').Config} */
export default {
  ...base,
  testPathIgnorePatterns: [...base.testPathIgnorePatterns, ...APART.map((folder) => `<rootDir>/${folder}/`)],
};
