/** Label matchers of a selector: a text for `=`, a regular expression for `=~`. */
export type Matchers = Readonly<Record<string, string | RegExp>>;

/** Quotes a text for PromQL and LogQL, which share Go's rules for double quotes. Never throws. */
export function quote(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`;
}

/** A series selector: `select('up', { job: 'collector' })` is `up{job="collector"}`. Never throws. */
export function select(series: string, matchers: Matchers = {}): string {
  const inside = Object.entries(matchers).map(([label, value]) =>
    // A RegExp says `\\/` where PromQL says `/`.
    typeof value === 'string' ? `${label}=${quote(value)}` : `${label}=~${quote(value.source.replaceAll('\\/', '/'))}`,
  );
  return inside.length === 0 ? series : `${series}{${inside.join(',')}}`;
}

/** Text that a regular expression of PromQL takes literally. Never throws. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A share such as 0.001 for 0.1 percent, without the dust of binary fractions. Never throws. */
export function share(percent: number): number {
  return Number((percent / 100).toPrecision(12));
}
