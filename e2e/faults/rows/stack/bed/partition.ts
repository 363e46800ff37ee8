import { command, lackOfCommand } from '../../../machine/command.ts';
import { ownName, undoAtExit } from '../../../machine/undo.ts';

/** Where one of two peers lives. */
export interface Place {
  /** Command that runs a program there. */
  readonly prefix: readonly string[];
  /** Its address for this machine, and this machine's for it. */
  readonly address: string;
  readonly host: string;
  /** Its address for its peer. */
  readonly peerAddress: string;
}

/**
 * Two network namespaces, each with a way to this machine, and one way between them that can be cut. Nothing outside the
 * namespaces is changed but for the two ends of the ways. Needs root.
 */
export class Partition {
  readonly places: readonly [Place, Place];
  /** Takes both away; the programs in them must have ended. */
  readonly remove: () => void;
  readonly #names: readonly [string, string];

  private constructor(names: readonly [string, string], places: readonly [Place, Place]) {
    this.#names = names;
    this.places = places;
    // The ways to this machine go with the namespaces.
    this.remove = undoAtExit(() => {
      for (const name of names) lackOfCommand(`ip netns del ${name}`);
    });
  }

  /** Makes both. @throws when this machine does not allow it; nothing is left behind then. */
  static make(): Partition {
    const names = [ownName(), ownName()] as const;
    const net = `10.199.${process.pid % 250}`;
    const place = (index: 0 | 1): Place => ({
      prefix: ['ip', 'netns', 'exec', names[index]],
      host: `${net}.${index * 4 + 1}`,
      address: `${net}.${index * 4 + 2}`,
      peerAddress: `${net}.${9 + index}`,
    });
    const partition = new Partition(names, [place(0), place(1)]);
    try {
      for (const name of names) command(`ip netns add ${name}`);
      for (const index of [0, 1] as const) connect(names[index], partition.places[index], index);
      command(`ip link add peer netns ${names[0]} type veth peer name peer netns ${names[1]}`);
      for (const index of [0, 1] as const) {
        command(`ip -n ${names[index]} addr add ${partition.places[index].peerAddress}/29 dev peer`);
        command(`ip -n ${names[index]} link set peer up`);
      }
      return partition;
    } catch (error) {
      partition.remove();
      throw error;
    }
  }

  /** Cuts the way between the two. */
  cut(): void {
    command(`ip -n ${this.#names[0]} link set peer down`);
  }

  heal(): void {
    command(`ip -n ${this.#names[0]} link set peer up`);
  }
}

/** A way between a namespace and this machine. */
function connect(name: string, { address, host }: Place, index: 0 | 1): void {
  const outside = `vgp${process.pid % 100_000}x${index}`;
  command(`ip link add ${outside} type veth peer name host netns ${name}`);
  command(`ip addr add ${host}/30 dev ${outside}`);
  command(`ip link set ${outside} up`);
  command(`ip -n ${name} link set lo up`);
  command(`ip -n ${name} addr add ${address}/30 dev host`);
  command(`ip -n ${name} link set host up`);
}
