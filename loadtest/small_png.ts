import { Buffer } from "node:buffer";
import { crc32, deflateSync, inflateSync } from "node:zlib";

const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/**
 * The picture with at most 256 colours: a page has few, and the rest are shades of its letters' edges (PNG, third
 * edition §11.2.2).
 */
export function smallPng(png: Uint8Array): Uint8Array {
  const { width, height, pixels } = decode(Buffer.from(png));
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);
  const indexes = new Map(palette.map((colour, index) => [colour, index]));
  const rows = Buffer.alloc((width + 1) * height); // each row begins with its filter, which is none
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = nearest(pixels[y * width + x]!, palette, indexes);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // 8 bits, palette
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, colour >> 8 & 255, colour & 255]));
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("PLTE", colours),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The index of the colour, or of the one that looks most like it; the answer is remembered. */
function nearest(colour: number, palette: number[], indexes: Map<number, number>): number {
  const known = indexes.get(colour);
  if (known !== undefined) return known;
  const distance = (other: number) =>
    [16, 8, 0].reduce((sum, shift) => sum + ((colour >> shift & 255) - (other >> shift & 255)) ** 2, 0);
  const distances = palette.map(distance);
  const index = distances.indexOf(Math.min(...distances));
  indexes.set(colour, index);
  return index;
}

/** A picture of Chromium's: 8 bits, RGB or RGBA without transparent parts, not interlaced. */
function decode(png: Buffer): { width: number; height: number; pixels: Uint32Array } {
  const [width, height, type] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25]];
  const size = type === 6 ? 4 : 3;
  const data: Buffer[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const bytes = unfiltered(inflateSync(Buffer.concat(data)), width * size, height, size);
  const pixels = new Uint32Array(width * height);
  for (let n = 0; n < pixels.length; n++) {
    pixels[n] = bytes[n * size]! << 16 | bytes[n * size + 1]! << 8 | bytes[n * size + 2]!;
  }
  return { width, height, pixels };
}

/** Undoes the filter of each row (PNG, third edition §9.2). */
function unfiltered(raw: Buffer, rowSize: number, height: number, size: number): Uint8Array {
  const bytes = new Uint8Array(rowSize * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (rowSize + 1)]!;
    for (let x = 0; x < rowSize; x++) {
      const at = y * rowSize + x;
      const left = x >= size ? bytes[at - size]! : 0;
      const up = y > 0 ? bytes[at - rowSize]! : 0;
      const corner = x >= size && y > 0 ? bytes[at - rowSize - size]! : 0;
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      bytes[at] = raw[y * (rowSize + 1) + 1 + x]! + predicted & 255;
    }
  }
  return bytes;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value)) as [number, number, number];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
