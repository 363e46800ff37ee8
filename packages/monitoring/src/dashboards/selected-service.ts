import { SERVICE_LABEL } from '../http-recording.ts';
import { type Matchers, select } from '../promql.ts';

/** Grafana puts in the service that was chosen above the dashboard. */
const CHOSEN = '$service';

/** Series of the chosen service. Never throws. */
export function ofService(series: string, matchers: Matchers = {}): string {
  return select(series, { [SERVICE_LABEL]: CHOSEN, ...matchers });
}

/** What the series grew by in a second, over a window that Grafana fits to the scrape interval and the zoom. */
export function perSecond(series: string, matchers: Matchers = {}): string {
  return `rate(${ofService(series, matchers)}[$__rate_interval])`;
}
