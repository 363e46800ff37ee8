import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, isRoot, lackOfCommand } from './command.ts';
import { leftNames, ownName, undoAtExit } from './undo.ts';

/** What is wrong with packets of one TCP port, inside the namespace. */
export type PacketFault =
  /** Nothing leaves, nothing comes back: connecting hangs. */
  | { readonly kind: 'drop' }
  /** Every packet is answered with a reset. */
  | { readonly kind: 'reject' }
  /** Packets larger than this vanish, smaller ones pass: a tunnel whose "too big" nobody tells. */
  | { readonly kind: 'black-hole'; readonly bytes: number }
  /** This part of the packets of each direction vanishes, 0 to 1. */
  | { readonly kind: 'loss'; readonly part: number }
  /** No more than this leaves, in kbit/s. */
  | { readonly kind: 'narrow'; readonly kbitPerSecond: number };

/** A network of its own, joined to the machine's by one cable. */
export interface Namespace {
  /** Goes in front of a program that is to live in it. */
  readonly command: readonly string[];
  /** The machine, seen from inside. */
  readonly outside: string;
  /** A second address of the machine, seen from inside. */
  readonly elsewhere: string;
  /** What lives inside, seen from the machine. */
  readonly inside: string;
  /** One fault at a time; other ports are not touched. */
  set(port: number, fault: PacketFault | undefined): void;
  /** Who answers names inside: the address of a server at port 53; undefined for the machine's. Before programs start. */
  resolveBy(server: string | undefined): void;
  remove(): void;
}

const NETNS = '/etc/netns';

/** Why no namespace can be had; undefined when one can. */
export async function available(): Promise<string | undefined> {
  if (!isRoot()) return 'needs root';
  const probe = ownName();
  const lack = lackOfCommand(`ip netns add ${probe}`);
  if (lack !== undefined) return lack;
  const rules = lackOfCommand(`ip netns exec ${probe} iptables -A OUTPUT -p tcp --dport 9 -j DROP`);
  command(`ip netns del ${probe}`);
  return rules;
}

/** @throws when the machine does not give one. */
export function createNamespace(): Namespace {
  removeLeft();
  const name = ownName();
  command(`ip netns add ${name}`);
  const remove = undoAtExit(() => {
    rmSync(join(NETNS, name), { recursive: true, force: true });
    // Its end of the cable goes with it, and with that the other.
    command(`ip netns del ${name}`);
  });
  try {
    return { ...connected(name), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function connected(name: string): Omit<Namespace, 'remove'> {
  const { outside, elsewhere, inside } = freeAddresses();
  const inIt = (line: string) => command(`ip netns exec ${name} ${line}`);
  const [near, far] = [`vg${outside.replaceAll('.', '').slice(-9)}a`, `vg${outside.replaceAll('.', '').slice(-9)}b`];
  command(`ip link add ${near} type veth peer name ${far}`);
  try {
    command(`ip link set ${far} netns ${name}`);
  } catch (error) {
    command(`ip link del ${near}`);
    throw error;
  }
  command(`ip addr add ${outside}/30 dev ${near}`);
  command(`ip link set ${near} up`);
  inIt(`ip addr add ${inside}/30 dev ${far}`);
  inIt(`ip link set ${far} up`);
  inIt('ip link set lo up');
  command(`ip addr add ${elsewhere}/32 dev ${near}`);
  inIt(`ip route add ${elsewhere}/32 via ${outside}`);
  return {
    command: ['ip', 'netns', 'exec', name],
    outside,
    elsewhere,
    inside,
    set(port, fault) {
      for (const table of ['filter', 'mangle']) inIt(`iptables -t ${table} -F`);
      lackOfCommand(`ip netns exec ${name} tc qdisc del dev ${far} root`);
      for (const line of fault === undefined ? [] : rulesOf(fault, port, far)) inIt(line);
    },
    resolveBy(server) {
      rmSync(join(NETNS, name), { recursive: true, force: true });
      if (server === undefined) return;
      mkdirSync(join(NETNS, name), { recursive: true });
      // `ip netns exec` puts these over the machine's own for what it starts.
      writeFileSync(join(NETNS, name, 'resolv.conf'), `nameserver ${server}\noptions timeout:30 attempts:1\n`);
      writeFileSync(join(NETNS, name, 'nsswitch.conf'), 'hosts: files dns\n');
    },
  };
}

function rulesOf(fault: PacketFault, port: number, device: string): string[] {
  const out = `-p tcp --dport ${port}`;
  const back = `-p tcp --sport ${port}`;
  switch (fault.kind) {
    case 'drop':
      return [`iptables -A OUTPUT ${out} -j DROP`, `iptables -A INPUT ${back} -j DROP`];
    case 'reject':
      return [`iptables -A OUTPUT ${out} -j REJECT --reject-with tcp-reset`];
    case 'black-hole':
      return [`iptables -A OUTPUT ${out} -m length --length ${fault.bytes}: -j DROP`];
    case 'loss': {
      const some = `-m statistic --mode random --probability ${fault.part} -j DROP`;
      return [`iptables -A OUTPUT ${out} ${some}`, `iptables -A INPUT ${back} ${some}`];
    }
    case 'narrow':
      return [
        `tc qdisc add dev ${device} root handle 1: htb default 10`,
        `tc class add dev ${device} parent 1: classid 1:10 htb rate 10gbit`,
        `tc class add dev ${device} parent 1: classid 1:20 htb rate ${fault.kbitPerSecond}kbit burst 16kb`,
        `iptables -t mangle -A POSTROUTING ${out} -j CLASSIFY --set-class 1:20`,
      ];
  }
}

/** Addresses that no interface of the machine has. */
function freeAddresses(): Pick<Namespace, 'outside' | 'elsewhere' | 'inside'> {
  const taken = command('ip -o -4 addr');
  for (;;) {
    const net = `10.${200 + Math.floor(Math.random() * 50)}.${Math.floor(Math.random() * 250)}`;
    const host = 4 * Math.floor(Math.random() * 60);
    if (!taken.includes(` ${net}.`)) {
      return { outside: `${net}.${host + 1}`, inside: `${net}.${host + 2}`, elsewhere: `${net}.254` };
    }
  }
}

function removeLeft(): void {
  const names = command('ip netns list')
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');
  for (const name of leftNames(names)) {
    rmSync(join(NETNS, name), { recursive: true, force: true });
    lackOfCommand(`ip netns del ${name}`);
  }
  for (const name of leftNames(safeNames())) rmSync(join(NETNS, name), { recursive: true, force: true });
}

function safeNames(): string[] {
  try {
    return readdirSync(NETNS);
  } catch {
    // There is none until somebody makes one.
    return [];
  }
}
