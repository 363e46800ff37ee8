// A process of a family: ends 200 spans and says on stdout what runs in it.
import { readdirSync, readFileSync } from 'node:fs';
import { endSpans, sleep, warmUp } from './spans.mjs';
import { ledger } from './witness.mjs';

const nameOf = (thread) => {
  try {
    return readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim();
  } catch {
    return ''; // It has ended.
  }
};

/** Ends the spans; resolves when they were sent. */
export async function work() {
  await warmUp();
  const exportThreads = readdirSync('/proc/self/task')
    .map(nameOf)
    .filter((name) => name.startsWith('vigil-export'));
  endSpans(200);
  // As an application that goes on for a while.
  await sleep(400);
  const untilMillis = performance.now() + 10_000;
  while ((ledger()?.queued ?? 0) + (ledger()?.inflight ?? 0) > 0 && performance.now() < untilMillis) await sleep(20);
  const telemetry = ledger();
  if (telemetry === undefined) sayMember({ exportThreads: 1, ended: 0 });
  else sayMember({ exportThreads: exportThreads.length, ended: telemetry.ended });
}

const sayMember = (member) => console.log(`member ${JSON.stringify({ pid: process.pid, ...member })}`);
