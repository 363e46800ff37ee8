import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { ChargeBook } from './charges/charge-book.ts';
import { type PaymentsConfiguration, readPaymentsEnvironment } from './configuration/payments-environment.ts';
import { FaultSwitches } from './faults/fault-switches.ts';
import { createApp } from './http/app.ts';

const CHARGES_KEPT = 10_000;
const LIMIT_CENTS = 1_000_000;

const environment = readPaymentsEnvironment(process.env);
if (environment.status === 'invalid') giveUp(2, environment.problems.join('; '));
else await start(environment.configuration);

async function start({ host, port, faults, logLevel, shutdownMillis }: PaymentsConfiguration): Promise<void> {
  const log = pino({ name: 'payments', level: logLevel });
  const book = new ChargeBook({ capacity: CHARGES_KEPT, limitCents: LIMIT_CENTS, newId: () => `ch_${randomUUID()}` });
  const switches = faults ? new FaultSwitches(() => performance.now()) : undefined;
  let stopping = false;
  const app = createApp({ log, book, switches, isStopping: () => stopping });

  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    // Not counted as work to wait for: when everything closed, nothing holds the process.
    setTimeout(() => {
      log.error({ shutdownMillis }, 'stopping took too long');
      process.exit(1);
    }, shutdownMillis).unref();
    switches?.turnOffAll();
    // A connection that becomes idle after the close began would be kept alive for 72 s more.
    setInterval(() => app.server.closeIdleConnections(), 50).unref();
    app.close().then(
      () => log.info('stopped'),
      (error: Error) => {
        log.error({ reason: error.message }, 'stopping failed');
        process.exitCode = 1;
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  try {
    await app.listen({ host, port, listenTextResolver: (address) => `listening on ${address}` });
  } catch (error) {
    giveUp(2, `cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function giveUp(exitCode: number, message: string): never {
  process.stderr.write(`payments: ${message}\n`);
  process.exit(exitCode);
}
