// A process of its own, so that neither a busy test nor a busy application makes the network slower than its toxics say.
import { answerParent } from '@vigil-internal/otlp-sink';
import type { ProxyDialogue } from './proxy-dialogue.ts';
import { ProxyServer } from './proxy-server.ts';

let server: ProxyServer | undefined;

function started(): ProxyServer {
  if (server === undefined) throw new Error('the proxy was not started');
  return server;
}

answerParent<ProxyDialogue>({
  start: (options) => {
    server = new ProxyServer(options);
    return server.up();
  },
  set: (toxics) => {
    started().set(toxics);
    return true;
  },
  present: (certificate) => {
    started().present(certificate);
    return true;
  },
  lead: (target) => {
    started().lead(target);
    return true;
  },
  down: async (): Promise<true> => {
    await started().down();
    return true;
  },
  up: async (): Promise<true> => {
    await started().up();
    return true;
  },
  reset: () => {
    started().reset();
    return true;
  },
  tally: () => started().tally(),
});
