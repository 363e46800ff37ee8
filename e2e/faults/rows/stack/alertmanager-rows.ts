import type { FaultRow } from '../../row.ts';
import { type AlertStage, alertRow } from './alert-row.ts';
import { alertIs } from './bed/alerts.ts';
import { judge, rounded } from './bed/judgement.ts';
import { pause, until, within } from './bed/waiting.ts';
import type { Behaviour, Notification } from './bed/webhook.ts';

const OUTAGE_SECONDS = 75;
/** Prometheus sends again what it has sent after a minute, at its next evaluation; grouped for a second. */
const RESENT_SECONDS_MAXIMUM = 75;
/** A beat a minute; a monitor that pages after two and a half misses none by chance. */
const BEAT_SECONDS = 60;
const SICK_SECONDS = 100;
/** From half a second on each wait is half as long again; it begins anew with each group interval. */
const TRIES_MAXIMUM = 20;
const HEALED_SECONDS_MAXIMUM = 75;

const FAILING = 'AlertmanagerNotificationsFailing';

/** No Alertmanager while an alert begins. */
async function alertmanagerDown({ context, bed, pager, deadMan, checks, figures }: AlertStage): Promise<void> {
  const { signal } = context;
  await bed.start('alertmanager', 'prometheus', 'collector');
  await until('the first heartbeat', 90, signal, async () => deadMan.pages('Watchdog').length > 0 || undefined);
  await alertIs(bed.urls, 'gone', 'CollectorDown', 60, signal);
  await bed.program('alertmanager').end('SIGKILL');
  const down = deadMan.now;
  await pause(2, signal);
  await bed.program('collector').end('SIGKILL');
  await alertIs(bed.urls, 'firing', 'CollectorDown', 60, signal);
  await alertIs(bed.urls, 'firing', 'PrometheusAlertmanagerUnreachable', OUTAGE_SECONDS, signal);
  await pause(Math.max(0, OUTAGE_SECONDS - (deadMan.now - down)), signal);
  const beats = deadMan.notifications.filter(({ at }) => at > down + 1).length;
  figures['heartbeats in the outage'] = beats;
  figures['outage s'] = rounded(deadMan.now - down);
  checks.push(
    judge(
      'I10',
      `the dead man's switch hears nothing for ${OUTAGE_SECONDS} s, more than one beat of ${BEAT_SECONDS} s`,
      beats === 0,
      `${beats} beats`,
    ),
    judge('I10', 'Prometheus knows by itself that no page can go out', true, 'PrometheusAlertmanagerUnreachable fires'),
  );
  await bed.start('alertmanager');
  const back = pager.now;
  const page = await within(
    RESENT_SECONDS_MAXIMUM + 15,
    signal,
    async () => pager.pages('CollectorDown').length > 0 || undefined,
  );
  const beat = await within(
    RESENT_SECONDS_MAXIMUM + 15,
    signal,
    async () => deadMan.notifications.some(({ at }) => at > back) || undefined,
  );
  figures['page after s'] = page === undefined ? 'never' : rounded(page.seconds);
  checks.push(
    judge(
      'I6',
      `the page goes out within ${RESENT_SECONDS_MAXIMUM} s of Alertmanager's return`,
      page !== undefined && page.seconds <= RESENT_SECONDS_MAXIMUM,
      page === undefined ? 'never' : `after ${rounded(page.seconds)} s`,
    ),
    judge(
      'I6',
      `heartbeats come again within ${RESENT_SECONDS_MAXIMUM + 15} s`,
      beat !== undefined,
      beat === undefined ? 'none' : `after ${rounded(beat.seconds + (page?.seconds ?? 0))} s`,
    ),
  );
}

/** A pager that does not take what is sent to it. */
async function receiverSick(
  { context, bed, pager, ticket, checks, figures }: AlertStage,
  behaviour: Behaviour,
): Promise<void> {
  const { signal } = context;
  await bed.start('alertmanager', 'prometheus', 'collector');
  await alertIs(bed.urls, 'gone', 'CollectorDown', 60, signal);
  pager.behave(behaviour);
  await bed.program('collector').end('SIGKILL');
  await until('a first try', 60, signal, async () => pager.notifications.length > 0 || undefined);
  const from = pager.now;
  const told = await within(SICK_SECONDS, signal, async () => ticket.pages(FAILING).length > 0 || undefined);
  await pause(Math.max(0, SICK_SECONDS - (pager.now - from)), signal);
  const isPage = ({ alerts }: Notification) => alerts.some(({ labels }) => labels.alertname === 'CollectorDown');
  const tries = pager.notifications.filter((one) => one.at >= from && isPage(one)).length;
  const perMinute = rounded((tries / (pager.now - from)) * 60);
  figures['tries a minute'] = perMinute;
  figures['told elsewhere after s'] = told === undefined ? 'never' : rounded(told.seconds);
  checks.push(
    judge(
      'I5',
      `Alertmanager tries a page at most ${TRIES_MAXIMUM} times a minute`,
      perMinute <= TRIES_MAXIMUM,
      `${perMinute} a minute`,
    ),
    judge(
      'I10',
      `${FAILING} reaches the ticket receiver, a second address, within ${SICK_SECONDS} s`,
      told !== undefined,
      told === undefined ? 'never' : `after ${rounded(told.seconds)} s`,
    ),
  );
  pager.behave(200);
  const page = await within(
    HEALED_SECONDS_MAXIMUM,
    signal,
    async () => pager.pages('CollectorDown').length > 0 || undefined,
  );
  figures['page after healing, s'] = page === undefined ? 'never' : rounded(page.seconds);
  checks.push(
    judge(
      'I6',
      `the page that could not be delivered is delivered within ${HEALED_SECONDS_MAXIMUM} s of healing`,
      page !== undefined,
      page === undefined ? 'never' : `after ${rounded(page.seconds)} s`,
    ),
  );
}

/** Alertmanager ends while a group waits for more alerts. */
async function restartMidGroup({ context, bed, pager, checks, figures }: AlertStage): Promise<void> {
  const { signal } = context;
  await bed.start('alertmanager', 'prometheus');
  await alertIs(bed.urls, 'firing', 'CollectorDown', 60, signal);
  await pause(3, signal);
  const before = pager.pages('CollectorDown').length;
  await bed.program('alertmanager').end('SIGKILL');
  await bed.start('alertmanager');
  const page = await within(
    RESENT_SECONDS_MAXIMUM + 30,
    signal,
    async () => pager.pages('CollectorDown').length > before || undefined,
  );
  figures['page after s'] = page === undefined ? 'never' : rounded(page.seconds);
  checks.push(
    judge(
      'I10',
      `the group that waited is sent within ${RESENT_SECONDS_MAXIMUM} s and the wait of its group`,
      before === 0 && page !== undefined,
      page === undefined ? 'never' : `after ${rounded(page.seconds)} s; ${before} pages before`,
    ),
  );
}

/** Someone has silenced a page: that is how it is acknowledged. */
async function silenceSurvives({ context, bed, pager, checks, figures }: AlertStage): Promise<void> {
  const { signal } = context;
  await bed.start('alertmanager', 'prometheus');
  await until('the page', 90, signal, async () => pager.pages('CollectorDown').length > 0 || undefined);
  const response = await fetch(`${bed.urls.alertmanager}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'alertname', value: 'CollectorDown', isRegex: false, isEqual: true }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'bed',
      comment: 'somebody is at it',
    }),
  });
  checks.push(judge('I6', 'the silence is taken', response.status === 200, `${response.status}`));
  // Silences and what was sent are written to disk once a minute.
  await pause(65, signal);
  const pages = pager.pages('CollectorDown').length;
  await bed.program('alertmanager').end('SIGKILL');
  await bed.start('alertmanager');
  const silences = (await (await fetch(`${bed.urls.alertmanager}/api/v2/silences`)).json()) as {
    status: { state: string };
  }[];
  await pause(RESENT_SECONDS_MAXIMUM, signal);
  const again = pager.pages('CollectorDown').length - pages;
  figures['silences after the restart'] = silences.length;
  figures['pages after the restart'] = again;
  checks.push(
    judge(
      'I6',
      'a silence of a minute ago is there after a SIGKILL',
      silences.some(({ status }) => status.state === 'active'),
      `${silences.length} silences`,
    ),
    judge('I10', 'what is acknowledged does not page again', again === 0, `${again} pages`),
  );
}

const SICK: readonly { readonly behaviour: Behaviour; readonly word: string; readonly does: string }[] = [
  { behaviour: 500, word: 'receiver 500', does: 'answers 500' },
  { behaviour: 429, word: 'receiver 429', does: 'answers 429' },
  { behaviour: 'hang', word: 'receiver hangs', does: 'takes the request and never answers' },
];

/** Faults of Alertmanager and of whom it notifies. */
export const ALERTMANAGER_ROWS: readonly FaultRow[] = [
  alertRow({
    id: 'F47 alertmanager down',
    fault: `Alertmanager is killed for ${OUTAGE_SECONDS} s, and the collector dies meanwhile`,
    expected: 'Prometheus keeps the alert and hands it over later; the dead man hears the silence',
    typicalSeconds: 190,
    run: alertmanagerDown,
  }),
  ...SICK.map(({ behaviour, word, does }) =>
    alertRow({
      id: `F47 ${word}`,
      fault: `The pager ${does} for 100 s while the collector dies`,
      expected: 'Alertmanager tries again within bounds, says so through its second receiver, and delivers when it can',
      typicalSeconds: 100,
      // As shipped: tries begin anew with each of these.
      options: { alerting: { notify: { page: { groupWait: '1s', groupInterval: '1m', repeatInterval: '1h' } } } },
      run: (stage) => receiverSick(stage, behaviour),
    }),
  ),
  alertRow({
    id: 'F48 restart mid-group',
    fault: 'Alertmanager is killed with SIGKILL while a group of alerts waits for others',
    expected: 'The group is sent at least once',
    typicalSeconds: 100,
    options: { alerting: { notify: { page: { groupWait: '15s', groupInterval: '10s', repeatInterval: '1h' } } } },
    run: restartMidGroup,
  }),
  alertRow({
    id: 'F48 silence',
    fault: 'Alertmanager is killed with SIGKILL a minute after somebody has silenced a page',
    expected: 'The silence is still there, and nobody is woken twice',
    typicalSeconds: 180,
    run: silenceSurvives,
  }),
];
