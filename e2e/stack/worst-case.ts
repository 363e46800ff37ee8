/** What a machine that others use as well may add to anything, in seconds. */
const MARGIN = 60;

const millis = (...seconds: number[]) => 1000 * seconds.reduce((sum, part) => sum + part, MARGIN);

/**
 * How long what a test waits for may take by design, with the margin for a slow machine, in milliseconds. A test that waits
 * for less fails on a day when nothing is broken.
 */
export const WORST_CASE_MILLIS = {
  /** Nothing is timed: a program starts, an HTTP answer comes. */
  answered: millis(),
  /** Killed once: started again after 0.5 s, ready after its own start, which took up to a minute on a full machine. */
  restarted: millis(1, 60),
  /** From the application to a store: metrics leave every 5 s, with 4 s to try, the collector flushes after 0.2 s. */
  stored: millis(5, 4, 1),
  /** Scraped every 15 s, with 10 s to try, then rules every 5 s. */
  scraped: millis(15, 10, 5),
  /**
   * To a store that was away: the try under way times out after 10 s, the next comes 30 s later at most, and a half more by
   * its jitter.
   */
  redelivered: millis(10, 45),
  /** The page of a fault: metrics as above, rules every 5 s, `group_wait` 2 s, `group_interval` 1 min after an earlier page. */
  paged: millis(9, 1, 5, 2, 60),
  /** Prometheus sends an alert that it has already sent again after `--rules.alert.resend-delay`, at its next evaluation. */
  resent: millis(60, 15),
  /** Tail sampling decides 10 s after the first span and flushes span metrics every 15 s. */
  sampled: millis(10, 15),
} as const;
