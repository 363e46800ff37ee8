import { execFileSync } from 'node:child_process';

const ip = (...args: readonly string[]) => execFileSync('ip', args, { stdio: 'pipe' });

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
  readonly #names: readonly [string, string];
  readonly #onExit = () => this.remove();

  private constructor(names: readonly [string, string], places: readonly [Place, Place]) {
    this.#names = names;
    this.places = places;
    process.once('exit', this.#onExit);
  }

  /** Makes both. @throws when this machine does not allow it; nothing is left behind then. */
  static make(): Partition {
    const id = process.pid % 250;
    const names = [`vigil-a${id}`, `vigil-b${id}`] as const;
    const place = (index: 0 | 1): Place => ({
      prefix: ['ip', 'netns', 'exec', names[index]],
      address: `10.213.${id}.${index * 4 + 2}`,
      host: `10.213.${id}.${index * 4 + 1}`,
      peerAddress: `10.213.${id}.${9 + index}`,
    });
    const partition = new Partition(names, [place(0), place(1)]);
    try {
      for (const name of names) ip('netns', 'add', name);
      for (const [index, name] of names.entries()) partition.#connect(name, index, id);
      ip('link', 'add', 'peer', 'netns', names[0], 'type', 'veth', 'peer', 'name', 'peer', 'netns', names[1]);
      for (const [index, name] of names.entries()) {
        const { peerAddress } = partition.places[index as 0 | 1];
        ip('-n', name, 'addr', 'add', `${peerAddress}/29`, 'dev', 'peer');
        ip('-n', name, 'link', 'set', 'peer', 'up');
      }
      return partition;
    } catch (error) {
      partition.remove();
      throw error;
    }
  }

  /** Cuts the way between the two. */
  cut(): void {
    ip('-n', this.#names[0], 'link', 'set', 'peer', 'down');
  }

  heal(): void {
    ip('-n', this.#names[0], 'link', 'set', 'peer', 'up');
  }

  /** Takes both away; the programs in them must have ended. Never throws. */
  remove(): void {
    process.removeListener('exit', this.#onExit);
    for (const name of this.#names) {
      try {
        ip('netns', 'del', name);
      } catch {
        // It was never made.
      }
    }
  }

  #connect(name: string, index: number, id: number): void {
    const { address, host } = this.places[index as 0 | 1];
    const outside = `vigil${id}x${index}`;
    ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', 'host', 'netns', name);
    ip('addr', 'add', `${host}/30`, 'dev', outside);
    ip('link', 'set', outside, 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    ip('-n', name, 'addr', 'add', `${address}/30`, 'dev', 'host');
    ip('-n', name, 'link', 'set', 'host', 'up');
  }
}
