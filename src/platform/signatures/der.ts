/** Of each of the numbers r and s of a signature on P-256. */
const scalarBytes = 32;

/**
 * The numbers r and s, of 32 bytes each, of a signature on P-256 in DER (ECDSA-Sig-Value, RFC 3279 §2.2.3). Undefined
 * for all else, also in the forms of a length or a number that DER excludes (X.690 §8.3.2, §10.1).
 */
export function p256SignatureOf(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const signature = new Uint8Array(2 * scalarBytes);
  const middle = copyInteger(der, 2, signature.subarray(0, scalarBytes));
  const end = middle && copyInteger(der, middle, signature.subarray(scalarBytes));
  return end === der.length ? signature : undefined;
}

/** Copies an INTEGER that is not negative to the end of `target`, and returns where it ends; undefined for all else. */
function copyInteger(der: Uint8Array, start: number, target: Uint8Array): number | undefined {
  const end = start + 2 + (der[start + 1] ?? 0);
  const content = der.subarray(start + 2, end);
  const hasSign = content[0] === 0 && content.length > 1; // a zero before a number whose first bit is 1
  const number = content.subarray(hasSign ? 1 : 0);
  const isPositive = content[0]! < 0x80 && (!hasSign || number[0]! >= 0x80);
  if (der[start] !== 0x02 || end > der.length || !isPositive || number.length > target.length) return undefined;
  target.set(number, target.length - number.length);
  return end;
}
