export interface ProcessLimits {
  /** Files, sockets and pipes one process may have open. */
  readonly openFiles?: number;
  /** Address space of one process, in KiB. V8 reserves tens of GiB it never uses: this is no bound for memory. */
  readonly addressSpaceKib?: number;
}

/** Goes in front of a program that is to live with these limits (`ulimit`). */
export function limited({ openFiles, addressSpaceKib }: ProcessLimits): readonly string[] {
  const lines = [
    openFiles === undefined ? [] : `ulimit -n ${openFiles}`,
    addressSpaceKib === undefined ? [] : `ulimit -v ${addressSpaceKib}`,
  ].flat();
  return ['sh', '-c', [...lines, 'exec "$@"'].join(' && '), 'sh'];
}
