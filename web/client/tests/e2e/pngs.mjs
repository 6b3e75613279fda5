/** PNG files made by hand, chunk by chunk: what other programs put beside the pixels. Source: PNG third edition. */

import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** One chunk with its length and checksum. */
export function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

/** A text as ComfyUI writes its graphs: `tEXt`, Latin-1. */
export const textChunk = (key, words) => chunk("tEXt", Buffer.from(`${key}\0${words}`, "latin1"));

/** A colour profile, compressed as the format asks. */
export const profileChunk = (profile) =>
  chunk("iCCP", Buffer.concat([Buffer.from("profile\0\0", "latin1"), deflateSync(profile)]));

/** A picture of one colour with more chunks before its pixels. */
export function png([red, green, blue], chunks = [], [width, height] = [32, 24]) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([
    Buffer.from([0]),
    ...Array.from({ length: width }, () => Buffer.from([red, green, blue])),
  ]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", head),
    ...chunks,
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The chunks of a file in their order. */
export function chunksOf(bytes) {
  const found = [];
  for (let at = SIGNATURE.length; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    found.push({ kind: bytes.toString("latin1", at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return found;
}

/** The pixels as the file has them, before any profile. */
export const pixelsOf = (bytes) =>
  inflateSync(Buffer.concat(chunksOf(bytes).flatMap(({ kind, data }) => (kind === "IDAT" ? [data] : []))));
