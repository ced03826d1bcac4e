/** A UUIDv7 of this time (RFC 9562 §5.7), twice as fast as the package (access_token_bench.ts), without an order. */
export function uuidAt(milliseconds: number): string {
  const time = milliseconds.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}
