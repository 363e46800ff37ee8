// Enumerable properties on the prototypes, with names that option objects have.
import { writeSync } from 'node:fs';

const NAMES = [
  'polluted',
  'url',
  'headers',
  'timeoutMillis',
  'attributes',
  'kind',
  'links',
  'root',
  'startTime',
  'ca',
  'agent',
];
for (const name of NAMES) {
  Object.prototype[name] = name === 'headers' ? { injected: 'yes' } : 'polluted';
}
Array.prototype.polluted = 'polluted';
process.on('exit', () => {
  const keys = [];
  for (const key in {}) keys.push(key);
  writeSync(3, `{"prototype":${JSON.stringify(keys.sort().join(','))}}\n`);
});
