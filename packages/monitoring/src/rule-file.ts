import { stringify } from 'yaml';
import { GENERATED_NOTICE } from './generated-notice.ts';

/** A series that Prometheus computes and stores under a name of its own. */
export interface RecordingRule {
  /** `level:metric:operation`, as Prometheus advises. */
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** An alerting rule as Prometheus reads it. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Rules that are evaluated one after the other, so that a rule sees what those above it have just recorded. */
export interface RuleGroup {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly (RecordingRule | AlertingRule)[];
}

/** Writes the text of a Prometheus rule file. Never throws. */
export function ruleFile(groups: readonly RuleGroup[]): string {
  return `# ${GENERATED_NOTICE}\n${stringify({ groups }, { lineWidth: 0, blockQuote: 'literal', aliasDuplicateObjects: false })}`;
}
