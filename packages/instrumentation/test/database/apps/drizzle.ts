// node drizzle.ts <orm> <driver> <url> <bare|vigil|off> <esm|cjs>: prints one line of JSON, what every style gave and what was recorded of it.
import { createDrizzleInstrumentation } from '../../../src/drizzle/index.ts';
import { createModuleLoads } from '../../../src/module-load/create-module-loads.ts';
import { createPgInstrumentation } from '../../../src/pg/index.ts';
import { described } from '../described-error.ts';
import { RecordingHost } from '../recording-host.ts';
import type { Driver, Orm } from './drivers.ts';

const [orm, driver, url, mode, module] = process.argv.slice(2) as [
  Orm,
  Driver,
  string,
  'bare' | 'vigil' | 'off',
  'esm' | 'cjs',
];
const host = new RecordingHost(createModuleLoads({ warn: (line) => console.error(line) }));
const instrumentations = [createDrizzleInstrumentation(host), createPgInstrumentation(host)];
if (mode !== 'bare') for (const one of instrumentations) one.enable();
const { LOADS, openDatabase } = await import('./drivers.ts');
const { runStyles } = await import('./styles.ts');
if (mode === 'off') for (const one of instrumentations) one.disable();

const database = await openDatabase(LOADS[module], orm, driver, url);
host.takeSpans();
host.takeValues();
const steps: Record<string, unknown> = {};
await runStyles(database, orm, driver, async (name, work) => {
  let answer: unknown;
  await host.under(name, async () => {
    try {
      answer = { value: JSON.stringify(await work(), (key, value) => (key === 'tableID' ? 0 : value)) };
    } catch (error) {
      answer = { error: described(error) };
    }
  });
  steps[name] = { answer, spans: host.takeSpans(), values: host.takeValues() };
});
const pools = host.collect();
const statuses = instrumentations.map((one) => one.status());
const open = host.open.size;
await database.close();
process.stdout.write(JSON.stringify({ steps, pools, statuses, open, warnings: host.warnings }));
process.exit(0);
