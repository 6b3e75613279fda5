import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { emptyMask } from "@/features/mask/pixels/mask";
import { maskPng } from "@/features/mask/pixels/png";

test("a mask is written as eight bits of grey", async () => {
  const mask = emptyMask(3, 2);
  mask.data.set([0, 128, 255, 1, 2, 3]);
  const bytes = new Uint8Array(await (await maskPng(mask)).arrayBuffer());
  const view = new DataView(bytes.buffer);
  expect([...bytes.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  expect([view.getUint32(16), view.getUint32(20), bytes[24], bytes[25]]).toEqual([3, 2, 8, 0]);
  expect(view.getUint32(29)).toBe(crcOf(bytes.subarray(12, 29)));
  const length = view.getUint32(33);
  expect([...inflateSync(bytes.subarray(41, 41 + length))]).toEqual([0, 0, 128, 255, 0, 1, 2, 3]);
});

/** CRC-32 by its definition, bit by bit: a check apart from the code under test. */
function crcOf(bytes: Uint8Array): number {
  let rest = 0xffffffffn;
  for (const byte of bytes) {
    for (let bit = 0n; bit < 8n; bit += 1n) {
      const low = (rest ^ (BigInt(byte) >> bit)) & 1n;
      rest = (rest >> 1n) ^ (low * 0xedb88320n);
    }
  }
  return Number(rest ^ 0xffffffffn);
}
