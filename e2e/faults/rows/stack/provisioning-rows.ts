import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseVigilConfig } from '@vigil/config/file';
import { render } from '@vigil/monitoring';
import { parse } from 'yaml';
import { ROOT } from '../../../stack/vigil.ts';
import type { FaultRow, RowOutcome } from '../../row.ts';
import { judge } from './bed/judgement.ts';

const DASHBOARDS = join(ROOT, 'grafana/dashboards');

interface DashboardFile {
  readonly uid: string;
  readonly editable: boolean;
}

async function provisioning(): Promise<RowOutcome> {
  const text = readFileSync(join(ROOT, 'vigil.yaml'), 'utf8');
  const [first, second] = [render(parseVigilConfig(text, 'vigil.yaml')), render(parseVigilConfig(text, 'vigil.yaml'))];
  const changed = [...first].filter(
    ([path, content]) => second.get(path) !== content || readFileSync(join(ROOT, path), 'utf8') !== content,
  );
  const files = readdirSync(DASHBOARDS).map(
    (file) => JSON.parse(readFileSync(join(DASHBOARDS, file), 'utf8')) as DashboardFile,
  );
  const yaml = (path: string): unknown => parse(readFileSync(join(ROOT, 'grafana/provisioning', path), 'utf8'));
  const { providers } = yaml('dashboards/dashboards.yaml') as {
    providers: { allowUiUpdates: boolean; disableDeletion: boolean }[];
  };
  const { datasources } = yaml('datasources/datasources.yaml') as { datasources: { uid: string; editable: boolean }[] };
  const uids = files.map(({ uid }) => uid);
  return {
    checks: [
      judge(
        'I10',
        'rendered twice, the files are the same bytes, and those in the checkout',
        changed.length === 0,
        changed.map(([path]) => path).join(', ') || `${first.size} files`,
      ),
      judge(
        'I10',
        'dashboards have fixed names of their own and cannot be edited',
        new Set(uids).size === uids.length && files.every(({ editable }) => editable === false),
        uids.join(', '),
      ),
      judge(
        'I10',
        'nobody can change or delete them in Grafana',
        providers.every(({ allowUiUpdates, disableDeletion }) => !allowUiUpdates && disableDeletion),
        `${providers.length} provider`,
      ),
      judge(
        'I10',
        'data sources have fixed names and cannot be edited',
        datasources.every(({ uid, editable }) => uid !== '' && editable === false),
        datasources.map(({ uid }) => uid).join(', '),
      ),
    ],
    figures: { dashboards: files.length, 'data sources': datasources.length },
  };
}

/** What Grafana is given at its start. Grafana itself cannot be had here. */
export const PROVISIONING_ROWS: readonly FaultRow[] = [
  {
    needs: [],
    subjects: ['vigil'],
    id: 'F49 provisioning',
    inSelection: true,
    fault: 'Grafana starts again over files that were there before (its files only: Grafana is not executed)',
    load: 'none',
    expected: 'The same bytes each time, read-only, under fixed names',
    typicalSeconds: 1,
    run: provisioning,
  },
];
