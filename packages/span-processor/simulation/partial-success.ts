/** Writes the answers a collector gives, by hand: nothing of the code under test is used to test it. */
const encoder = new TextEncoder();

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, value);
  do {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    bytes.push(left === 0n ? low : low | 0x80);
  } while (left !== 0n);
  return bytes;
}

/** ExportTraceServiceResponse with `partial_success { rejected_spans, error_message }`. */
export function partialSuccessBody(rejected: number, json: boolean): { contentType: string; body: Uint8Array } {
  const message = 'no\u001b[2J room';
  if (json) {
    const partialSuccess = { rejectedSpans: String(rejected), errorMessage: message };
    return { contentType: 'application/json', body: encoder.encode(JSON.stringify({ partialSuccess })) };
  }
  const textBytes = encoder.encode(message);
  const inner = [0x08, ...varint(BigInt(rejected)), 0x12, textBytes.length, ...textBytes];
  return { contentType: 'application/x-protobuf', body: Uint8Array.from([0x0a, inner.length, ...inner]) };
}
