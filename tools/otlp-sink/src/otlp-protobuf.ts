import { ProtobufReader } from './protobuf-reader.ts';
import type { ServiceNames } from './service-names.ts';
import { hashOf, type SpanBatch } from './span-record.ts';

// Resource → scope → item have the same field numbers in the requests of all three signals.
const RESOURCE_ITEMS = 1;
const RESOURCE = 1;
const SCOPE_ITEMS = 2;
const ITEM = 2;

/** Calls `item` for each span, metric or log record with the name of its service. */
function forEachItem(body: Uint8Array, item: (service: string, from: number, to: number) => void): void {
  const request = new ProtobufReader(body);
  while (request.next()) {
    if (request.field !== RESOURCE_ITEMS) continue;
    const service = serviceOf(body, request.from, request.to);
    const resource = new ProtobufReader(body, request.from, request.to);
    while (resource.next()) {
      if (resource.field !== SCOPE_ITEMS) continue;
      const scope = new ProtobufReader(body, resource.from, resource.to);
      while (scope.next()) if (scope.field === ITEM) item(service, scope.from, scope.to);
    }
  }
}

function serviceOf(body: Uint8Array, from: number, to: number): string {
  const group = new ProtobufReader(body, from, to);
  while (group.next()) {
    if (group.field !== RESOURCE) continue;
    const resource = new ProtobufReader(body, group.from, group.to);
    while (resource.next()) {
      if (resource.field !== 1) continue;
      const [key, value] = [textAt(body, resource, [1]), textAt(body, resource, [2, 1])];
      if (key === 'service.name') return value ?? '';
    }
  }
  return '';
}

/** The text at a path of field numbers, each the first of its message. */
function textAt(body: Uint8Array, within: { from: number; to: number }, path: readonly number[]): string | undefined {
  const [field, ...rest] = path;
  const message = new ProtobufReader(body, within.from, within.to);
  while (message.next()) {
    if (message.field !== field || message.wire !== 2) continue;
    if (rest.length > 0) return textAt(body, message, rest);
    return Buffer.from(body.buffer, body.byteOffset + message.from, message.to - message.from).toString();
  }
  return undefined;
}

/**
 * Adds the spans of an ExportTraceServiceRequest.
 *
 * @throws when the body is no such request.
 */
export function readProtobufSpans(body: Uint8Array, spans: SpanBatch, services: ServiceNames): void {
  forEachItem(body, (service, from, to) => {
    const span = new ProtobufReader(body, from, to);
    let traceId = -1;
    let spanId = -1;
    let start = -1;
    // Fields come in the order of their numbers: attributes (9) and events, most of a span, are not looked at.
    while (span.field < 8 && span.next()) {
      if (span.field === 1 && span.to - span.from === 16) traceId = span.from;
      if (span.field === 2 && span.to - span.from === 8) spanId = span.from;
      if (span.field === 7 && span.wire === 1) start = span.from;
      if (span.field === 8 && span.wire === 1 && isEarlier(body, span.from, start)) spans.backwards += 1;
    }
    if (traceId < 0 || spanId < 0) throw new Error('a span without a whole trace id and span id');
    spans.add(body, { traceId, spanId, hash: hashOf(body, from, to), service: services.numberOf(service) });
  });
}

/** Whether the time at one place, 64 bits little-endian, is before that at another. */
function isEarlier(body: Uint8Array, at: number, than: number): boolean {
  for (let byte = 7; than >= 0 && byte >= 0; byte -= 1) {
    const difference = (body[at + byte] ?? 0) - (body[than + byte] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** What tells one metric from another in an ExportMetricsServiceRequest: its name. @throws when it is no such request. */
export function readProtobufMetrics(body: Uint8Array): string[] {
  const names: string[] = [];
  forEachItem(body, (_, from, to) => void names.push(textAt(body, { from, to }, [1]) ?? ''));
  return names;
}

/** What tells one log record from another in an ExportLogsServiceRequest: its text. @throws when it is no such request. */
export function readProtobufLogs(body: Uint8Array): string[] {
  const texts: string[] = [];
  forEachItem(body, (_, from, to) => void texts.push(textAt(body, { from, to }, [5, 1]) ?? ''));
  return texts;
}
