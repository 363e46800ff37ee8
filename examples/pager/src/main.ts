import type { AddressInfo } from 'node:net';
import { EventStream } from './event-stream.ts';
import { PageLog } from './page-log.ts';
import { type PagerConfiguration, readPagerEnvironment } from './pager-environment.ts';
import { createPagerServer } from './server.ts';
import { terminalBlock } from './terminal-block.ts';

const WIDTH_DEFAULT = 100;

const environment = readPagerEnvironment(process.env);
if (environment.status === 'invalid') giveUp(environment.problem);
else start(environment.configuration);

function start({ host, port, forceColours }: PagerConfiguration): void {
  const events = new EventStream();
  const server = createPagerServer({
    log: new PageLog(),
    events,
    now: () => new Date(),
    onPage: (page) =>
      process.stdout.write(
        terminalBlock(page, {
          width: process.stdout.columns ?? WIDTH_DEFAULT,
          colours: process.stdout.hasColors?.() ?? forceColours,
        }),
      ),
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    giveUp(
      error.code === 'EADDRINUSE'
        ? `${host}:${port} is in use: stop what listens there or set PAGER_PORT`
        : error.message,
    );
  });
  server.listen(port, host, () => {
    const { port: opened } = server.address() as AddressInfo;
    process.stdout.write(`pager: pages show at http://${host}:${opened}/, Alertmanager sends them to /alertmanager\n`);
  });

  const stop = () => {
    events.close();
    server.close();
    server.closeIdleConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function giveUp(problem: string): never {
  process.stderr.write(`pager: ${problem}\n`);
  process.exit(2);
}
