// Ways to end by a signal: the process sends it to itself, which the kernel does not tell from anybody else's.

/** Keeps the process alive; a signal that is ignored ends at last by SIGKILL. */
export const stay = (millis = 4_000) => setTimeout(() => process.kill(process.pid, 'SIGKILL'), millis);

const send = (signal) => () => {
  stay();
  process.kill(process.pid, signal);
};

/** No listener of the application's. */
const unheard = Object.fromEntries(
  ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGALRM', 'SIGPIPE', 'SIGKILL', 'SIGSEGV', 'SIGABRT'].map(
    (signal) => [`${signal}, no handler`, { prepare: () => send(signal) }],
  ),
);

/** The three signals that ask for an end, and what applications do about them. */
const heard = Object.fromEntries(
  ['SIGTERM', 'SIGINT', 'SIGHUP'].flatMap((signal) => [
    [
      `${signal}, own handler`,
      {
        prepare: () => {
          process.on(signal, () => {
            console.log('handler');
            process.exit(4);
          });
          return send(signal);
        },
      },
    ],
    [
      `${signal}, own async handler`,
      {
        prepare: () => {
          process.on(signal, async () => {
            console.log('handler');
            await new Promise((resolve) => setTimeout(resolve, 200));
            console.log('closed');
            process.exit(7);
          });
          return send(signal);
        },
      },
    ],
    [
      `${signal}, once and again at once`,
      {
        prepare: () => {
          process.once(signal, () => {
            console.log('handler');
            process.kill(process.pid, signal);
          });
          return send(signal);
        },
      },
    ],
    [
      `${signal}, once, closes, and again`,
      {
        prepare: () => {
          process.once(signal, () => {
            console.log('handler');
            setTimeout(() => process.kill(process.pid, signal), 50);
          });
          return send(signal);
        },
      },
    ],
  ]),
);

const SPECIAL = {
  'SIGTERM, ignored': {
    prepare: () => {
      process.on('SIGTERM', () => console.log('ignored'));
      return () => {
        stay(1_000);
        process.kill(process.pid, 'SIGTERM');
      };
    },
  },
  'SIGTERM twice': {
    prepare: () => () => {
      stay();
      process.kill(process.pid, 'SIGTERM');
      setTimeout(() => process.kill(process.pid, 'SIGTERM'), 50);
    },
  },
  'SIGTERM, handler removed again': {
    prepare: () => {
      const listener = () => console.log('handler');
      process.on('SIGTERM', listener);
      process.off('SIGTERM', listener);
      return send('SIGTERM');
    },
  },
  'SIGTERM, all handlers removed': {
    prepare: () => {
      process.removeAllListeners('SIGTERM');
      return send('SIGTERM');
    },
  },
  // Frameworks and tests do this; nothing was sent, and without a listener nothing happens.
  'SIGTERM, only emitted': {
    prepare: () => () => {
      process.emit('SIGTERM');
      setTimeout(() => process.exit(2), 1_000);
    },
  },
  'SIGINT while a module awaits': {
    tick: () => {
      setTimeout(() => process.kill(process.pid, 'SIGINT'), 20);
      stay();
      return new Promise(() => undefined);
    },
  },
};

export const WAYS_BY_SIGNAL = { ...unheard, ...heard, ...SPECIAL };
