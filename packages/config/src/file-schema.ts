import { HTTP_SERVER_REQUEST_DURATION } from '@vigil/conventions';
import { z } from 'zod';
import { DURATION, durationSeconds } from './file-duration.ts';

// Messages here finish the sentence "expected …": file.ts adds the place and what it found instead.

/** An object that refuses keys it does not know and says which ones it does. */
function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `one of ${keys}` : `a section with ${keys}`),
  });
}

const words = (expected: string) => ({ error: expected });

const duration = (minimum: '0s' | '1s') =>
  z
    .string(words('a duration such as "10m"'))
    .regex(DURATION, words('a duration such as "10m" (s, m, h, d or w)'))
    .refine(
      (text) => !DURATION.test(text) || durationSeconds(text) >= durationSeconds(minimum),
      words('a duration longer than 0'),
    );

/** Goes into label values, queries and addresses as it is, so quotes, blanks and braces are out. */
const name = z
  .string(words('a name'))
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/, words('a name of at most 63 letters, digits, ".", "_" or "-"'));

const percent = (minimum: number, maximum: number) =>
  z
    .number(words('a percentage such as 99.9'))
    .min(minimum, words(`a percentage from ${minimum} to ${maximum}`))
    .max(maximum, words(`a percentage from ${minimum} to ${maximum}`));

const objective = z
  .number(words('a percentage such as 99.9'))
  .gte(50, words('a percentage such as 99.9, at least 50 and below 100'))
  .lt(100, words('a percentage such as 99.9, at least 50 and below 100: 100 leaves no budget to alert on'));

const url = z
  .url({ protocol: /^https?$/, error: 'an address such as "http://127.0.0.1:3000"' })
  .regex(/[^/]$/, words('an address without a slash at its end'));

const urlFile = z
  .string(words('the path of a file that holds the address'))
  .min(1, words('the path of a file that holds the address'))
  .refine((path) => !/^https?:/.test(path), words('the path of a file, not the address itself: it is a secret'));

const count = z.int(words('a whole number')).min(0, words('a whole number, 0 or more'));

const boundaries = HTTP_SERVER_REQUEST_DURATION.boundaries;
const threshold = z.literal([...boundaries], words(`one of the buckets' bounds in seconds: ${boundaries.join(', ')}`));

const service = section({
  name: name.describe('The service.name the application reports.'),
  team: name.describe("Who is paged, and who owns the service's dashboard and runbooks."),
  slo: section({
    availability: section({
      objective: objective
        .default(99.9)
        .describe('Percent of requests that must not fail with a 5xx status. Default 99.9.'),
    })
      .prefault({})
      .describe('Every service has one.'),
    latency: section({
      objective: objective.describe('Percent of requests that must be answered within the threshold.'),
      threshold: threshold.describe('Seconds; must be a bound of the histogram, else it could not be counted.'),
    })
      .optional()
      .describe('Left out: no latency objective, no latency alerts.'),
  }).prefault({}),
});

const windowPair = section({
  short: duration('1s').describe('Must burn here too, so that the alert ends soon after the trouble.'),
  long: duration('1s').describe('Must burn here, so that a blip does not alert.'),
  factor: z
    .number(words('a factor such as 14.4'))
    .positive(words('a factor greater than 0'))
    .describe('How many times faster than allowed the budget must burn; 1 uses it up in exactly one period.'),
}).refine(
  ({ short, long }) => !DURATION.test(short) || !DURATION.test(long) || durationSeconds(short) < durationSeconds(long),
  {
    error: 'the short window to be shorter than the long one',
  },
);

/** Sloth's four pairs, from the SRE workbook's chapter "Alerting on SLOs", for a period of 30 days. */
const PAGE_PAIRS = [
  { short: '5m', long: '1h', factor: 14.4 },
  { short: '30m', long: '6h', factor: 6 },
];
const TICKET_PAIRS = [
  { short: '2h', long: '1d', factor: 3 },
  { short: '6h', long: '3d', factor: 1 },
];

const pairs = (fallback: typeof PAGE_PAIRS) =>
  z.array(windowPair, words('a list of window pairs')).min(1, words('at least one window pair')).prefault(fallback);

const notify = (wait: string, interval: string, repeat: string) =>
  section({
    groupWait: duration('0s')
      .default(wait)
      .describe(`How long a first alert waits for others. Default ${wait}; 0s: not at all.`),
    groupInterval: duration('1s').default(interval).describe(`How soon news of a group is sent. Default ${interval}.`),
    repeatInterval: duration('1s').default(repeat).describe(`When what still fires is said again. Default ${repeat}.`),
  }).prefault({});

const alerting = section({
  evaluationInterval: duration('1s')
    .refine((text) => !DURATION.test(text) || durationSeconds(text) <= 120, words('at most "2m"'))
    .default('15s')
    .describe('How often rules are evaluated. Default 15s, at most 2m: after 5 minutes Prometheus forgets a value.'),
  burnRates: section({
    period: duration('1s').default('30d').describe('What an objective is promised for. Default 30d.'),
    page: pairs(PAGE_PAIRS).describe('Any pair that burns pages. Default 14.4 × 5m and 1h, 6 × 30m and 6h.'),
    ticket: pairs(TICKET_PAIRS).describe('Any pair that burns makes a ticket. Default 3 × 2h and 1d, 1 × 6h and 3d.'),
  }).prefault({}),
  minimumTraffic: section({
    requests: count
      .default(20)
      .describe('Requests the long window must hold before its ratio counts. Default 20; 0: any.'),
    failures: count
      .default(5)
      .describe('Failed (or slow) requests it must hold: 1 of 2 at night wakes nobody. Default 5; 0: any.'),
  }).prefault({}),
  absentAfter: duration('1s')
    .default('3m')
    .describe('A service that reported nothing for so long is absent. Default 3m, three exports of the SDK.'),
  hold: section({
    serviceAbsent: duration('0s')
      .default('2m')
      .describe('How long a service must be absent before it pages. Default 2m.'),
    telemetryDown: duration('0s')
      .default('1m')
      .describe('The same for a program of the stack that is down. Default 1m.'),
    telemetryDegraded: duration('0s')
      .default('5m')
      .describe('The same for a program of the stack that works badly. Default 5m.'),
  }).prefault({}),
  thresholds: section({
    collectorQueuePercent: percent(1, 99).default(80).describe('How full a sending queue may be. Default 80.'),
    notificationFailurePercent: percent(0, 99)
      .default(50)
      .describe('Share of failed deliveries above which pages count as not arriving. Default 50; 0: any failure.'),
  }).prefault({}),
  notify: section({
    page: notify('10s', '1m', '1h'),
    ticket: notify('1m', '5m', '1d'),
  }).prefault({}),
});

const webhook = section({
  urlFile: urlFile.describe("File with the webhook's address, relative to the folder Alertmanager is started in."),
});

/** Everything a vigil.yaml may say. */
export const VIGIL_FILE = section({
  services: z
    .array(service, words('a list of services'))
    .min(1, words('at least one service'))
    .refine((all) => new Set(all.map((one) => one.name)).size === all.length, words('each service once'))
    .describe('The applications that are watched.'),
  telemetry: section({
    team: name.describe('Who is paged when the collector, Prometheus or Alertmanager itself is broken.'),
  }),
  alerting: alerting.prefault({}),
  receivers: section({
    pager: webhook.describe('Gets every critical alert, and every alert without a known severity.'),
    ticket: webhook
      .optional()
      .describe('Gets warnings and infos. Left out: they show in Alertmanager and Grafana only.'),
    deadMan: webhook
      .optional()
      .describe(
        'Gets a heartbeat every minute and must itself page when it stops. Left out: nobody notices a dead stack.',
      ),
  }),
  links: section({
    grafana: url.describe('Where people open Grafana.'),
    prometheus: url.describe('Where people open Prometheus.'),
    alertmanager: url.describe('Where people open Alertmanager.'),
    jaeger: url.describe('Where people open Jaeger.'),
    runbooks: url.describe('Folder of the runbooks; "/<Alert>.md" is appended.'),
  }),
});

/** A checked vigil.yaml with every default filled in. Durations are texts such as `10m`: `durationSeconds` reads them. */
export type VigilConfig = z.output<typeof VIGIL_FILE>;
/** A watched application: its name, its owner, what is promised of it. */
export type ServiceConfig = z.output<typeof service>;
/** Two windows that must both burn `factor` times faster than the objective allows. */
export type BurnWindowPair = z.output<typeof windowPair>;
