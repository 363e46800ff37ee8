import { randomBytes } from 'node:crypto';

const resource = (service: string) => ({ attributes: [{ key: 'service.name', value: { stringValue: service } }] });
const nowNanos = () => `${BigInt(Date.now()) * 1_000_000n}`;

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status !== 200)
    throw new Error(`${url}: expected 200, got ${response.status}: ${await response.text()}`);
}

/** Sends one trace of one span; resolves to its id when the collector accepted it. @throws when it did not. */
export async function sendTrace(otlp: string, service: string): Promise<string> {
  const traceId = randomBytes(16).toString('hex');
  const span = {
    traceId,
    spanId: randomBytes(8).toString('hex'),
    name: 'golden',
    kind: 1,
    startTimeUnixNano: nowNanos(),
    endTimeUnixNano: nowNanos(),
  };
  await post(`${otlp}/v1/traces`, {
    resourceSpans: [{ resource: resource(service), scopeSpans: [{ scope: { name: 'e2e' }, spans: [span] }] }],
  });
  return traceId;
}

/** Sends one log record; resolves when the collector accepted it. @throws when it did not. */
export async function sendLog(otlp: string, service: string, body: string): Promise<void> {
  const record = { timeUnixNano: nowNanos(), severityNumber: 9, body: { stringValue: body } };
  await post(`${otlp}/v1/logs`, {
    resourceLogs: [{ resource: resource(service), scopeLogs: [{ scope: { name: 'e2e' }, logRecords: [record] }] }],
  });
}

/** Sends one gauge value; resolves when the collector accepted it. @throws when it did not. */
export async function sendGauge(otlp: string, service: string, name: string, value: number): Promise<void> {
  const gauge = { dataPoints: [{ timeUnixNano: nowNanos(), asDouble: value }] };
  await post(`${otlp}/v1/metrics`, {
    resourceMetrics: [
      { resource: resource(service), scopeMetrics: [{ scope: { name: 'e2e' }, metrics: [{ name, gauge }] }] },
    ],
  });
}
