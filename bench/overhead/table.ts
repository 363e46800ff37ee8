import { padTable } from '../measure/text-table.ts';
import type { OverheadResult, ProcessResult, RouteResult } from './result.ts';
import { ROUTES } from './routes.ts';
import { VARIANTS } from './variants.ts';

const titleOf = (variant: string): string => VARIANTS.find(({ name }) => name === variant)?.title ?? variant;

/** Three significant digits: `0.0312`, `4.43`, `327`. */
function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 4));
}

function ratio({ ratio: value, low, high, pairs }: RouteResult['cpuRatio']): string {
  return pairs < 2 ? value.toFixed(2) : `${value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

const ROUTE_HEADER = [
  'variant',
  'CPU ÷ bare (95 %)',
  'CPU-s / 1,000 req',
  'req/s',
  'req/s ÷ bare',
  'p50 ms',
  'p99 ms',
  'heap KiB',
  'GC µs',
  'spans',
  'sent B',
];

function routeRow(row: RouteResult, many: boolean): string[] {
  return [
    many ? `${titleOf(row.variant)}, ${row.module}` : titleOf(row.variant),
    row.variant === 'bare' ? '1' : ratio(row.cpuRatio),
    short(row.cpuMicros.median / 1_000),
    Math.round(row.requestsPerSecond.median).toLocaleString('en'),
    row.variant === 'bare' ? '1' : row.throughputRatio.ratio.toFixed(2),
    short(row.p50Millis),
    short(row.p99Millis),
    short(row.allocatedBytes / 1_024),
    short(row.gcMicros),
    row.spans === undefined ? '–' : short(row.spans),
    short(row.sentBytes),
  ];
}

const PROCESS_HEADER = [
  'variant',
  'first answer ms',
  'over bare',
  'RSS MiB',
  'over bare',
  'peak MiB',
  'stop ms (most)',
  'exit code',
];

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(Math.round(value))}`;

function processRow(row: ProcessResult, bare: ProcessResult | undefined, many: boolean): string[] {
  const isBare = row.variant === 'bare' || bare === undefined;
  return [
    many ? `${titleOf(row.variant)}, ${row.module}` : titleOf(row.variant),
    String(Math.round(row.firstAnswerMillis.median)),
    isBare ? '' : signed(row.firstAnswerMillis.median - bare.firstAnswerMillis.median),
    String(Math.round(row.residentMib)),
    isBare ? '' : signed(row.residentMib - bare.residentMib),
    String(Math.round(row.peakMib)),
    `${Math.round(row.stopMillis.median)} (${Math.round(row.stopMillis.most)})`,
    Object.entries(row.endings)
      .map(([ending, count]) => (Object.keys(row.endings).length === 1 ? ending : `${ending} × ${count}`))
      .join(', '),
  ];
}

/** Below this part of its core the application was not what limited the load. */
const BUSY_SHARE_MINIMUM = 0.85;

/** What was seen and does not show in the medians: outliers, failed requests, windows others took part in. */
export function remarksOf({ routes }: OverheadResult): string[] {
  const who = ({ variant, route, module }: RouteResult) => `${titleOf(variant)}, ${route}, ${module}`;
  const remarks = routes.flatMap((row) => {
    const outliers = row.outliers.map((micros) => short(micros / 1_000)).join(', ');
    return [
      ...(outliers === '' ? [] : [`${who(row)}: outliers ${outliers} CPU-s / 1,000 req`]),
      ...(row.failures === 0 ? [] : [`${who(row)}: ${row.failures} requests failed`]),
    ];
  });
  const windows = routes.reduce((sum, { rounds }) => sum + rounds, 0);
  const noisy = routes.reduce((sum, { noisyWindows }) => sum + noisyWindows, 0);
  if (noisy > 0) remarks.push(`others used more than 5 % of the application's core in ${noisy} of ${windows} windows`);
  const idle = routes.filter(({ busyShare }) => busyShare < BUSY_SHARE_MINIMUM);
  const shares = idle.map((row) => `${who(row)} ${Math.round(row.busyShare * 100)} %`);
  if (idle.length > 0)
    remarks.push(`not the application's core was the limit of req/s (part of it used): ${shares.join('; ')}`);
  return remarks;
}

export interface Section {
  readonly heading: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The tables of a result: one for each route, one for the processes. */
export function sectionsOf(result: OverheadResult): Section[] {
  const many = new Set(result.routes.map(({ module }) => module)).size > 1;
  const routes = ROUTES.flatMap(({ name, about }) => {
    const rows = result.routes.filter(({ route }) => route === name).map((row) => routeRow(row, many));
    return rows.length === 0 ? [] : [{ heading: about, header: ROUTE_HEADER, rows }];
  });
  const processes = result.processes.map((row) => {
    const bare = result.processes.find(({ variant, module }) => variant === 'bare' && module === row.module);
    return processRow(row, bare, many);
  });
  return [...routes, { heading: 'The process', header: PROCESS_HEADER, rows: processes }];
}

/** For a terminal. */
export function printed(result: OverheadResult): string {
  return sectionsOf(result)
    .map(({ heading, header, rows }) => `${heading}\n${padTable([header, ...rows])}`)
    .join('\n\n');
}
