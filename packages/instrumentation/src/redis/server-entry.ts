import {
  ERROR_TYPE,
  SERVER_ADDRESS,
  SERVER_PORT,
  VIGIL_REDIS_CONNECTION_ERRORS,
  VIGIL_REDIS_CONNECTION_RECONNECTS,
} from '@vigil/conventions';
import { CommandEntry, type ServerLabels } from './command-entry.ts';
import { OTHER_COMMAND } from './command-traits.ts';
import { labelsOf, type RedisMeters } from './redis-meters.ts';

/** Names of commands that an application may send to one server; modules included there are about 500. */
const COMMANDS_MAXIMUM = 1_000;

/** One database of one server, with the commands that were sent to it. */
export class ServerEntry implements ServerLabels {
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly namespace: string;
  /** What the database number was read as: compared for every command. */
  readonly database: number;
  readonly #commands = new Map<string, CommandEntry>();
  readonly #meters: RedisMeters | undefined;
  readonly #writesText: boolean;

  constructor(
    { address, port }: { readonly address: string | undefined; readonly port: number | undefined },
    database: number,
    meters: RedisMeters | undefined,
    writesText: boolean,
  ) {
    this.address = address;
    this.port = port;
    this.database = database;
    this.namespace = String(database);
    this.#meters = meters;
    this.#writesText = writesText;
  }

  /** @param given as the client has it, in whatever case: each spelling is looked up without changing it. */
  command(given: string): CommandEntry {
    return this.#commands.get(given) ?? this.#add(given);
  }

  countReconnect(): void {
    this.#meters?.reconnects.series(...labelsOf(VIGIL_REDIS_CONNECTION_RECONNECTS, this.#values())).add(1);
  }

  countError(type: string): void {
    const values = { ...this.#values(), [ERROR_TYPE]: type };
    this.#meters?.connectionErrors.series(...labelsOf(VIGIL_REDIS_CONNECTION_ERRORS, values)).add(1);
  }

  #values() {
    return { [SERVER_ADDRESS]: this.address, [SERVER_PORT]: this.port };
  }

  #add(given: string): CommandEntry {
    const isFull = this.#commands.size >= COMMANDS_MAXIMUM;
    const key = isFull ? OTHER_COMMAND : given;
    let entry = this.#commands.get(key);
    if (entry === undefined) {
      entry = new CommandEntry(key, this, this.#meters, this.#writesText);
      this.#commands.set(key, entry);
    }
    return entry;
  }
}
