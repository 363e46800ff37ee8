// Runs once in the stack's Docker network-less init container, as root of that container, before anything else starts:
// gives each volume to the user of its image and writes the secrets. Needs nothing but Node.
//
//   VOLUME_OWNERS   "prometheus=65534:65534 …": volumes mounted at /volumes/<name>
//   SECRET_OWNERS   "pager-url=65534:65534 …": files written to /volumes/secrets, readable by that user only
//   PAGER_URL       where Alertmanager sends pages: it expands no environment, so it reads the URL from a file
//   TICKET_URL, DEAD_MAN_URL   the same for the optional receivers of vigil.yaml; without a value there is no file
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, lchownSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What each secret holds. A generated one is made once and survives restarts; `docker compose down -v` forgets it. */
const SECRETS = {
  'pager-url': {
    write: () => receiverUrl('PAGER_URL') ?? fail('PAGER_URL: expected an http or https URL'),
    keep: false,
  },
  'ticket-url': { write: () => receiverUrl('TICKET_URL'), keep: false },
  'dead-man-url': { write: () => receiverUrl('DEAD_MAN_URL'), keep: false },
  'grafana-admin-password': { write: () => randomBytes(24).toString('base64url'), keep: true },
};

function fail(message) {
  process.stderr.write(`prepare: ${message}\n`);
  process.exit(2);
}

/** Reads `name=uid:gid` pairs, separated by white space. */
function readOwners(variable) {
  const words = (process.env[variable] ?? '').split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) fail(`${variable}: expected name=uid:gid pairs, got nothing`);
  return words.map((word) => {
    const match = /^([a-z-]+)=(\d+):(\d+)$/.exec(word);
    if (match === null) fail(`${variable}: expected name=uid:gid, got "${word}"`);
    return { name: match[1], uid: Number(match[2]), gid: Number(match[3]) };
  });
}

/** The URL in a variable; nothing when it is empty. It may hold a token, so a wrong one is not printed. */
function receiverUrl(variable) {
  const url = process.env[variable] ?? '';
  if (url === '') return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    fail(`${variable}: expected an http or https URL`);
  return url;
}

/** Changes owners below a folder; links are changed, never followed. */
function chownTree(path, owner) {
  lchownSync(path, owner.uid, owner.gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const entry of readdirSync(path)) chownTree(join(path, entry), owner);
}

/** A volume that belongs to its user already is left alone: it may hold millions of files. */
function prepareVolume(root, owner) {
  const path = join(root, owner.name);
  if (!existsSync(path)) fail(`${path}: expected the volume "${owner.name}" to be mounted there`);
  const { uid, gid } = lstatSync(path);
  if (uid !== owner.uid || gid !== owner.gid) chownTree(path, owner);
  chmodSync(path, 0o750);
}

function prepareSecret(root, owner) {
  const secret = SECRETS[owner.name];
  if (secret === undefined)
    fail(`SECRET_OWNERS: expected one of ${Object.keys(SECRETS).join(', ')}, got "${owner.name}"`);
  const path = join(root, 'secrets', owner.name);
  if (!(secret.keep && existsSync(path) && lstatSync(path).size > 0)) {
    rmSync(path, { force: true });
    const value = secret.write();
    if (value === undefined) return;
    writeFileSync(path, value, { mode: 0o400 });
  }
  chownSync(path, owner.uid, owner.gid);
  chmodSync(path, 0o400);
}

const root = process.argv[2] ?? '/volumes';
const volumes = readOwners('VOLUME_OWNERS');
const secrets = readOwners('SECRET_OWNERS');
for (const volume of volumes) prepareVolume(root, volume);
chmodSync(join(root, 'secrets'), 0o755);
for (const secret of secrets) prepareSecret(root, secret);
process.stdout.write(`prepared ${volumes.length} volumes and ${secrets.length} secrets\n`);
