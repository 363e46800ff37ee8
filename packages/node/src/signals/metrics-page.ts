import { diag } from '@opentelemetry/api';
import { type PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { prometheusNamed } from '@vigil/metrics';
import { failureText } from '../failure-text.ts';

/** As fresh as the scrape intervals people have, which are seconds, can tell. */
const FRESH_MILLIS = 1_000;

/**
 * What a scrape is answered with. Collecting and rendering happens on the application's thread, so whoever asks within a second of
 * the last collection, or while one is going on, gets the same text: a storm of scrapes costs one rendering a second.
 *
 * @param nowMillis a monotonic clock.
 */
export class MetricsPage {
  readonly #exporter: PrometheusExporter;
  readonly #nowMillis: () => number;
  readonly #serializer = new PrometheusSerializer();
  #text: Promise<string> | undefined;
  #collectedMillis = 0;

  constructor(exporter: PrometheusExporter, nowMillis: () => number) {
    this.#exporter = exporter;
    this.#nowMillis = nowMillis;
  }

  /** Never rejects. */
  text(): Promise<string> {
    const now = this.#nowMillis();
    if (this.#text === undefined || now - this.#collectedMillis >= FRESH_MILLIS) {
      this.#collectedMillis = now;
      this.#text = this.#render();
    }
    return this.#text;
  }

  async #render(): Promise<string> {
    try {
      const { resourceMetrics, errors } = await this.#exporter.collect();
      for (const error of errors) diag.error(`metrics are collected in part: ${failureText(error)}`);
      return this.#serializer.serialize(prometheusNamed(resourceMetrics));
    } catch (error) {
      return `# failed to export metrics: ${failureText(error)}\n`;
    }
  }
}
