export interface PagerConfiguration {
  readonly host: string;
  /** 0 means any free port; the line at the start names it. */
  readonly port: number;
  /** Colours even when standard output is no terminal. */
  readonly forceColours: boolean;
}

export type PagerEnvironment =
  | { readonly status: 'ok'; readonly configuration: PagerConfiguration }
  | { readonly status: 'invalid'; readonly problem: string };

/** Reads PAGER_HOST (default 127.0.0.1) and PAGER_PORT (default 9095), and FORCE_COLOR. Never throws. */
export function readPagerEnvironment(env: Readonly<Record<string, string | undefined>>): PagerEnvironment {
  const text = env.PAGER_PORT || '9095';
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    return { status: 'invalid', problem: `PAGER_PORT: expected a whole number from 0 to 65535, got "${text}"` };
  return {
    status: 'ok',
    configuration: {
      host: env.PAGER_HOST || '127.0.0.1',
      port,
      forceColours: Boolean(env.FORCE_COLOR) && env.FORCE_COLOR !== '0',
    },
  };
}
