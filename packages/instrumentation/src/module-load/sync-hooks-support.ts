/**
 * Whether `module.registerHooks` can be used. It exists since 22.15, but its load hooks fail for CommonJS that is imported before
 * 22.22.3, 24.11.1 and 25.1 (nodejs/node#59929).
 */
export function hasWorkingSyncHooks(version: string = process.versions.node): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.', 3).map((part) => Number.parseInt(part, 10));
  switch (major) {
    case 22:
      return minor > 22 || (minor === 22 && patch >= 3);
    case 24:
      return minor > 11 || (minor === 11 && patch >= 1);
    case 25:
      return minor >= 1;
    default:
      return major >= 26;
  }
}
