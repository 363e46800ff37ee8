import type { NodeProcess, StartedWorker } from '../../src/runtime/node-process.ts';

/** A process of which everything is given, with a clock that stands still unless it is told to go on. */
export class FakeNodeProcess implements NodeProcess {
  readonly nodeVersion = '24.0.0';
  isMainThread = true;
  readonly startSeconds = 1_700_000_000.25;
  millis = 0;
  loop = { active: 0, idle: 0 };
  cpu = { user: 0, system: 0 };
  limitBytes: number | undefined = 512;
  resources: string[] = [];
  descriptors: number | undefined = 21;
  /** Reads of what costs a system call. */
  readonly reads = { heapSpaces: 0, memory: 0, memoryLimit: 0, cpuCount: 0, fileDescriptors: 0 };
  #timer: { readonly millis: number; readonly callback: () => void } | undefined;
  #collected: ((kind: number, millis: number) => void) | undefined;
  #started: ((worker: StartedWorker) => void) | undefined;

  /** What would go on by itself. */
  get running(): readonly string[] {
    return [
      ...(this.#timer === undefined ? [] : [`timer of ${this.#timer.millis} ms`]),
      ...(this.#collected === undefined ? [] : ['garbage collection']),
      ...(this.#started === undefined ? [] : ['workers']),
    ];
  }

  readonly nowMillis = () => this.millis;

  /** The loop comes to its timer that much later than it should. */
  tick(lateMillis: number): void {
    const timer = this.#timer;
    if (timer === undefined) throw new Error('no timer runs');
    this.millis += timer.millis + lateMillis;
    this.loop = { active: this.loop.active + lateMillis, idle: this.loop.idle + timer.millis };
    timer.callback();
  }

  collectGarbage(kind: number, millis: number): void {
    this.#collected?.(kind, millis);
  }

  startWorker(worker: StartedWorker): void {
    this.#started?.(worker);
  }

  readonly every = (millis: number, callback: () => void) => {
    this.#timer = { millis, callback };
    return () => {
      this.#timer = undefined;
    };
  };
  readonly onGarbageCollection = (callback: (kind: number, millis: number) => void) => {
    this.#collected = callback;
    return () => {
      this.#collected = undefined;
    };
  };
  readonly onWorker = (callback: (worker: StartedWorker) => void) => {
    this.#started = callback;
    return () => {
      this.#started = undefined;
    };
  };
  readonly uptimeSeconds = () => 7.5;
  readonly eventLoopMillis = () => this.loop;
  readonly heapSpaces = () => {
    this.reads.heapSpaces += 1;
    return [
      {
        space_name: 'new_space',
        space_size: 40,
        space_used_size: 10,
        space_available_size: 30,
        physical_space_size: 39,
      },
      {
        space_name: 'old_space',
        space_size: 90,
        space_used_size: 80,
        space_available_size: 5,
        physical_space_size: 88,
      },
    ];
  };
  readonly heapLimitBytes = () => 4_096;
  readonly memory = () => {
    this.reads.memory += 1;
    return { rss: 300, external: 20, arrayBuffers: 8 };
  };
  readonly memoryLimitBytes = () => {
    this.reads.memoryLimit += 1;
    return this.limitBytes;
  };
  readonly cpuMicros = () => this.cpu;
  readonly cpuCount = () => {
    this.reads.cpuCount += 1;
    return 2;
  };
  readonly activeResources = () => this.resources;
  readonly fileDescriptors = () => {
    this.reads.fileDescriptors += 1;
    return this.descriptors;
  };
  readonly fileDescriptorLimit = () => (this.descriptors === undefined ? undefined : 1_024);
  readonly threads = () => 11;
}
