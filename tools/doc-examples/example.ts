import type { RepositoryFile } from '../tidy/repository.ts';

/** A fenced TypeScript block of a README or a doc comment. */
export interface Example {
  readonly path: string;
  /** 1-based line of the block's first line of code. */
  readonly line: number;
  readonly code: string;
}

const FENCE = /^([ \t]*(?:\* ?)?)```(?:ts|typescript)\n([\s\S]*?)^[ \t]*(?:\* ?)?```/gm;

/** Finds every fenced `ts` block; in doc comments the leading ` * ` is taken off. Never throws. */
export function examplesOf({ path, text }: RepositoryFile): Example[] {
  return [...text.matchAll(FENCE)].map((match) => {
    const margin = match[1] ?? '';
    const lines = (match[2] ?? '').split('\n');
    const code = margin.includes('*')
      ? lines.map((line) => line.replace(/^[ \t]*\* ?/, '')).join('\n')
      : lines.join('\n');
    return { path, line: text.slice(0, match.index).split('\n').length + 1, code };
  });
}
