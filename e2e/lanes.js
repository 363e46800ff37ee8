/**
 * Suites whose programs, ports and folders are their own, and that take about as long as all others together: they run beside
 * those, as most of the time of both is waiting. In one lane one file runs at a time.
 */
export const APART = ['bench', 'compose', 'demo', 'down', 'matrix', 'pipeline'];
