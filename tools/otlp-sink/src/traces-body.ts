const field = (number: number, content: Buffer): Buffer => {
  const size: number[] = [];
  let left = content.length;
  for (; left >= 128; left = Math.floor(left / 128)) size.push((left % 128) + 128);
  return Buffer.concat([Buffer.from([number * 8 + 2, ...size, left]), content]);
};

/** A minimal ExportTraceServiceRequest with these span ids, each of 16 hex digits, padded to about `bytes`. */
export function tracesBody(spanIds: readonly string[], bytes = 0): Buffer {
  const spans = spanIds.map((id) =>
    field(2, Buffer.concat([field(1, Buffer.from(id.repeat(2), 'hex')), field(2, Buffer.from(id, 'hex'))])),
  );
  const padding = field(3, Buffer.alloc(bytes, 'x'));
  return field(
    1,
    field(2, Buffer.concat(spans)).length > 0 ? Buffer.concat([field(2, Buffer.concat(spans)), padding]) : padding,
  );
}

/** What {@link tracesBody} looks like to the sink. */
export const takenAs = (spanId: string): string => `${spanId.repeat(2)}-${spanId}`;
