import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  RowBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardUid } from '../dashboard-link.ts';
import { GENERATED_NOTICE } from '../generated-notice.ts';

/** Panels under a heading that says which question they answer. */
export interface Row {
  readonly title: string;
  readonly panels: readonly { build(): Panel }[];
}

export interface DashboardSpec {
  readonly uid: DashboardUid;
  readonly title: string;
  /** Which question the dashboard answers. */
  readonly description: string;
  readonly variables: readonly { build(): VariableModel }[];
  readonly links: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

/** Builds a dashboard in Grafana's Classic schema: docs/decisions/dashboards-classic-schema.md says why. Never throws. */
export function buildDashboard(spec: DashboardSpec): Dashboard {
  const builder = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    // JSON has no comments: the description is the first thing a reader of the file and of the page sees.
    .description(`${GENERATED_NOTICE}. ${spec.description}`)
    .tags(['vigil', 'generated'])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .refresh('10s')
    .time({ from: 'now-30m', to: 'now' })
    .variables([...spec.variables])
    .links(
      Object.entries(spec.links).map(([title, url]) =>
        new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).targetBlank(true),
      ),
    );
  for (const { title, panels } of spec.rows) {
    builder.withRow(new RowBuilder(title));
    for (const panel of panels) builder.withPanel(panel);
  }
  const dashboard = builder.build();
  // Fixed numbers, so that a link to one panel survives a reload.
  for (const [index, panel] of (dashboard.panels ?? []).entries()) panel.id = index + 1;
  // The SDK puts links into a menu; in an incident they must be seen.
  for (const link of dashboard.links ?? []) delete link.placement;
  return dashboard;
}
