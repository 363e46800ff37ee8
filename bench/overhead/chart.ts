import type { OverheadResult, RouteResult } from './result.ts';
import { ROUTES } from './routes.ts';
import { BARE, VARIANTS } from './variants.ts';

const WIDTH = 790;
const LABEL_WIDTH = 236;
const VALUE_WIDTH = 120;
const BAR_HEIGHT = 16;
const ROW_HEIGHT = 22;
const HEADING_HEIGHT = 34;
const MARGIN = 14;
const PLOT_WIDTH = WIDTH - LABEL_WIDTH - VALUE_WIDTH - MARGIN;

const OURS = '#1f7a5c';
const THEIRS = '#8a8f98';
const CONTROL = '#c9ccd1';
const INK = '#24292f';

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function colourOf(variant: string): string {
  if (variant.startsWith('vigil')) return OURS;
  return variant.startsWith('bare') ? CONTROL : THEIRS;
}

interface Place {
  readonly top: number;
  /** Pixels for one times bare. */
  readonly scale: number;
}

function bar({ variant, module, cpuRatio }: RouteResult, { top, scale }: Place, many: boolean): string {
  const { ratio, low, high, pairs } = cpuRatio;
  const title = VARIANTS.find(({ name }) => name === variant)?.title ?? variant;
  const at = (value: number) => (LABEL_WIDTH + Math.min(value, PLOT_WIDTH / scale) * scale).toFixed(1);
  const middle = top + BAR_HEIGHT / 2;
  const whisker =
    pairs < 2
      ? ''
      : `<path d="M${at(low)} ${middle}H${at(high)}M${at(low)} ${middle - 4}v8M${at(high)} ${middle - 4}v8" stroke="${INK}" fill="none"/>`;
  return [
    `<text x="${LABEL_WIDTH - 8}" y="${middle + 4}" text-anchor="end">${escaped(many ? `${title}, ${module}` : title)}</text>`,
    `<rect x="${LABEL_WIDTH}" y="${top}" width="${(ratio * scale).toFixed(1)}" height="${BAR_HEIGHT}" fill="${colourOf(variant)}"/>`,
    whisker,
    `<text x="${Number(at(Math.max(ratio, pairs < 2 ? ratio : high))) + 8}" y="${middle + 4}">× ${ratio.toFixed(2)}</text>`,
  ].join('\n');
}

/**
 * CPU for a request over bare as bars with their 95 % intervals, one block for each route: an SVG document that reads on light
 * and dark pages alike. Never throws.
 */
export function chartOf(result: OverheadResult): string {
  const rows = result.routes.filter(({ variant }) => variant !== BARE.name);
  const most = Math.max(
    1,
    ...rows.map(({ cpuRatio }) => Math.max(cpuRatio.ratio, cpuRatio.pairs < 2 ? 0 : cpuRatio.high)),
  );
  const scale = PLOT_WIDTH / most;
  const many = new Set(rows.map(({ module }) => module)).size > 1;
  const parts: string[] = [];
  let top = MARGIN;
  for (const { name, about } of ROUTES) {
    const block = rows.filter(({ route }) => route === name);
    if (block.length === 0) continue;
    parts.push(
      `<text x="${MARGIN}" y="${top + 16}" font-weight="600">${escaped(about)}: CPU for a request ÷ bare</text>`,
    );
    top += HEADING_HEIGHT - 8;
    const begin = top;
    for (const row of block) {
      parts.push(bar(row, { top, scale }, many));
      top += ROW_HEIGHT;
    }
    const one = (LABEL_WIDTH + scale).toFixed(1);
    parts.push(`<path d="M${one} ${begin - 3}V${top - 3}" stroke="${INK}" stroke-dasharray="3 3"/>`);
    top += HEADING_HEIGHT / 2;
  }
  const height = top + MARGIN / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="${INK}">
<title>CPU for a request with each agent, divided by the bare application's</title>
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;
}
