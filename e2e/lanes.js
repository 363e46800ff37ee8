/**
 * Suites whose programs, ports and folders are their own: they run beside those that share the one stack, as most of the time of
 * both is waiting. In one lane one file runs at a time.
 */
export const APART = ['collector', 'compose', 'demo', 'down', 'pipeline'];
