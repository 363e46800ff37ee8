/** Names that programs get from the shell that started them; everything else stays there. */
const INHERITED = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'TZ',
  'TMPDIR',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]);
const INHERITED_PATTERN = /^(LC_[A-Z]+|(https?|no|all)_proxy|DOCKER_(HOST|CONTEXT|CONFIG|CERT_PATH|TLS_VERIFY))$/i;

/**
 * What supervised programs inherit from a shell: paths, locale, time zone, certificates, proxies and where
 * Docker is. Tokens, `NODE_OPTIONS`
 * and `OTEL_*` of the shell must not change the stack or reach its run file. Never throws.
 */
export function inheritedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && (INHERITED.has(name) || INHERITED_PATTERN.test(name))) inherited[name] = value;
  }
  return inherited;
}
