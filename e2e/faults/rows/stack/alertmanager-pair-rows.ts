import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramSpec } from '@vigil/cli';
import type { FaultRow, RowContext, RowOutcome } from '../../row.ts';
import { judge, rounded } from './bed/judgement.ts';
import { Partition, type Place } from './bed/partition.ts';
import { StackBed } from './bed/stack-bed.ts';
import { StackProcess } from './bed/stack-process.ts';
import { pause, until } from './bed/waiting.ts';
import { Webhook } from './bed/webhook.ts';

const CLUSTER_PORT = 9_094;
const PORT = 9_093;
/** The second of two waits so long for the first, to hear that it has sent. */
const PEER_SECONDS = 15;
const HEARD_SECONDS = 45;

/** The shipped Alertmanager at a place of its own, with the other as its peer and a pager at this machine's address. */
function member(bed: StackBed, place: Place, other: Place, pager: Webhook, name: string): ProgramSpec {
  const { spec } = bed.program('alertmanager');
  const config = join(bed.etc, `alertmanager/${name}.yaml`);
  const secret = `secrets/${name}-pager-url`;
  writeFileSync(join(bed.etc, 'alertmanager', secret), `http://${place.host}:${pager.port}/`);
  const text = readFileSync(join(bed.etc, 'alertmanager/alertmanager.yaml'), 'utf8');
  writeFileSync(config, text.replaceAll('secrets/pager-url', secret));
  const replaced = /^--(config\.file|storage\.path|web\.listen-address|web\.external-url|cluster\.listen-address)=/;
  const url = `http://${place.address}:${PORT}`;
  return {
    ...spec,
    args: [
      ...spec.args.filter((arg) => !replaced.test(arg)),
      `--config.file=${config}`,
      `--storage.path=${join(bed.data('alertmanager'), name)}`,
      `--web.listen-address=${place.address}:${PORT}`,
      `--web.external-url=${url}`,
      `--cluster.listen-address=${place.peerAddress}:${CLUSTER_PORT}`,
      `--cluster.peer=${other.peerAddress}:${CLUSTER_PORT}`,
    ],
    ready: { kind: 'http', url: `${url}/-/ready` },
  };
}

/** Gives an alert to both, as Prometheus does. */
async function raise(places: readonly Place[], alertname: string): Promise<void> {
  const labels = { alertname, severity: 'critical', family: alertname, service: 'bed' };
  const body = JSON.stringify([{ labels, startsAt: new Date().toISOString() }]);
  const headers = { 'content-type': 'application/json' };
  for (const { address } of places) {
    const response = await fetch(`http://${address}:${PORT}/api/v2/alerts`, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
  }
}

async function peers({ address }: Place): Promise<number> {
  const response = await fetch(`http://${address}:${PORT}/api/v2/status`, { signal: AbortSignal.timeout(2_000) });
  return ((await response.json()) as { cluster: { peers: unknown[] } }).cluster.peers.length;
}

async function run(context: RowContext): Promise<RowOutcome> {
  const { signal } = context;
  const partition = Partition.make();
  // The namespaces reach this machine at the addresses of their ways, not at 127.0.0.1.
  const pager = await Webhook.start('0.0.0.0');
  const bed = await StackBed.open(context, {
    webhooks: { pager: pager.url },
    alerting: { notify: { page: { groupWait: '1s', groupInterval: '10s', repeatInterval: '1h' } } },
  });
  const [a, b] = partition.places;
  const members = (
    [
      [a, b, 'a'],
      [b, a, 'b'],
    ] as const
  ).map(
    ([place, other, name]) =>
      new StackProcess(
        member(bed, place, other, pager, name),
        join(context.folder, `${name}.log`),
        signal,
        place.prefix,
      ),
  );
  try {
    await Promise.all(members.map((one) => one.start()));
    const together = () =>
      until('the two know each other', 90, signal, async () =>
        (await Promise.all(partition.places.map(peers))).every((count) => count === 2) ? true : undefined,
      );
    await together();
    // Until the cluster has settled, nobody sends.
    await pause(15, signal);
    const counted = async (alertname: string) => {
      context.progress(alertname);
      await raise(partition.places, alertname);
      await pause(HEARD_SECONDS, signal);
      return pager.pages(alertname).length;
    };
    const healthy = await counted('Together');
    partition.cut();
    const cut = await counted('Apart');
    partition.heal();
    const healed = await together();
    const after = await counted('TogetherAgain');
    return {
      checks: [
        judge('I10', 'together they send one page', healthy === 1, `${healthy}`),
        judge('I10', 'apart they send at least one page, at most one each', cut === 1 || cut === 2, `${cut}`),
        judge('I6', 'they find each other again within 90 s', true, `after ${rounded(healed.seconds)} s`),
        judge('I10', 'together again they send one page', after === 1, `${after}`),
      ],
      figures: {
        'pages together': healthy,
        'pages apart': cut,
        'together again after s': rounded(healed.seconds),
        'pages then': after,
      },
    };
  } finally {
    await Promise.all(members.map((one) => one.end('SIGKILL')));
    await bed.dispose();
    await pager.close();
    partition.remove();
  }
}

/** Faults of two Alertmanagers that know each other. */
export const ALERTMANAGER_PAIR_ROWS: readonly FaultRow[] = [
  {
    id: 'F48 partition',
    fault: 'Two Alertmanagers are cut off from each other; Prometheus and the pager reach both',
    load: 'one alert given to both before, while and after',
    expected: `At least one page each time; two are allowed while they are apart (the second waits ${PEER_SECONDS} s for the first)`,
    needs: ['stack', 'root', 'netns'],
    subjects: ['vigil'],
    inSelection: false,
    typicalSeconds: 200,
    run,
  },
];
