/** The remainder of each byte, for the reflected polynomial of IEEE 802.3. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? rest >>> 1 ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** The CRC-32 of ASCII text (RFC 1952 §8). That of `node:zlib` would load all of zlib when the server starts. */
export function crc32(text: string): number {
  let crc = ~0;
  for (let at = 0; at < text.length; at++) crc = crc >>> 8 ^ remainders[(crc ^ text.charCodeAt(at)) & 0xff]!;
  return ~crc >>> 0;
}
