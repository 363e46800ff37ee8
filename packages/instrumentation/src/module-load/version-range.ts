type Version = readonly [major: number, minor: number, patch: number];

const COMPARATOR = /^(>=|<=|>|<|=)?v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/;

/**
 * Whether a version is in a range such as `>=8 <9` or `>=4.17 <5 || >=5.3 <6`. A pre-release counts as the version it leads to:
 * `1.0.0-rc.2` is made like 1.0.0. What is not a version is in no range.
 *
 * Own, because semver's package is a hundred times this, has to be loaded before the application, and leaves pre-releases out.
 *
 * @throws TypeError for what is no range: those are written by us.
 */
export function isInRange(version: string, range: string): boolean {
  const read = readVersion(version);
  const alternatives = range.split('||').map((part) => part.trim().split(/\s+/).map(readComparator));
  return read !== undefined && alternatives.some((comparators) => comparators.every((holds) => holds(read)));
}

function readVersion(version: string): Version | undefined {
  const found = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+]|$)/.exec(version);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3])] : undefined;
}

function readComparator(text: string): (version: Version) => boolean {
  const found = COMPARATOR.exec(text);
  if (found === null) throw new TypeError(`no version range: "${text}", expected for example ">=8 <9"`);
  const bound: Version = [Number(found[2]), Number(found[3] ?? 0), Number(found[4] ?? 0)];
  switch (found[1]) {
    case '>=':
      return (version) => compare(version, bound) >= 0;
    case '>':
      return (version) => compare(version, bound) > 0;
    case '<=':
      return (version) => compare(version, bound) <= 0;
    case '<':
      return (version) => compare(version, bound) < 0;
    default:
      return (version) => compare(version, bound) === 0;
  }
}

const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
