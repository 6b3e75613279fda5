import { expect, test } from "vitest";
import { exifTexts } from "@/graph/io/exif";
import { readParameters } from "@/graph/io/parameters";
import { parseWorkflow, readWorkflowFile } from "@/graph/io/read";
import { firstPicture, shippedCatalogue } from "../samples";

const catalogue = shippedCatalogue();
const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A TIFF with these tags in its first directory, UserComment in the EXIF directory. */
function tiff(tags: [tag: number, body: Uint8Array][], little = true): Uint8Array {
  const exif = tags.filter(([tag]) => tag === 0x9286);
  const first = tags.filter(([tag]) => tag !== 0x9286);
  const [size, exifAt] = [2 + 12 * (first.length + exif.length) + 4, 8 + 2 + 12 * (first.length + exif.length) + 4];
  let data = 8 + size + (exif.length > 0 ? 2 + 12 + 4 : 0);
  const head = new Uint8Array(data);
  const view = new DataView(head.buffer);
  head.set(bytesOf(little ? "II" : "MM"));
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  const bodies: Uint8Array[] = [];
  const entry = (at: number, tag: number, body: Uint8Array) => {
    view.setUint16(at, tag, little);
    view.setUint16(at + 2, tag === 0x9286 ? 7 : 2, little);
    view.setUint32(at + 4, body.length, little);
    view.setUint32(at + 8, data, little);
    bodies.push(body);
    data += body.length;
  };
  view.setUint16(8, first.length + exif.length, little);
  for (const [index, [tag, body]] of first.entries()) entry(10 + 12 * index, tag, body);
  for (const [tag, body] of exif) {
    const at = 10 + 12 * first.length;
    view.setUint16(at, 0x8769, little);
    view.setUint16(at + 2, 4, little);
    view.setUint32(at + 4, 1, little);
    view.setUint32(at + 8, exifAt, little);
    view.setUint16(exifAt, 1, little);
    entry(exifAt + 2, tag, body);
  }
  return join(head, ...bodies);
}

function jpeg(exif: Uint8Array): Uint8Array<ArrayBuffer> {
  const body = join(bytesOf("Exif\0\0"), exif);
  const length = body.length + 2;
  return join(Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, length >> 8, length & 255), body, Uint8Array.of(0xff, 0xd9));
}

function webp(exif: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(8);
  chunk.set(bytesOf("EXIF"));
  new DataView(chunk.buffer).setUint32(4, exif.length, true);
  return join(bytesOf("RIFF\0\0\0\0WEBP"), chunk, exif);
}

function unicode(text: string, little: boolean): Uint8Array {
  const wide = new Uint8Array(text.length * 2);
  const view = new DataView(wide.buffer);
  for (const [index, letter] of [...text].entries()) view.setUint16(index * 2, letter.charCodeAt(0), little);
  return join(bytesOf("UNICODE\0"), wide);
}

const PARAMETERS = `a castle, (sunset:1.2)
on a hill
Negative prompt: blurry, lowres
Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 18446744073709551615, Size: 640x384, Model: starter-sd, Version: "v1, 10"`;

test("the user's comment is read in either byte order, and its text in either, too", () => {
  for (const order of [true, false]) {
    for (const wide of [true, false]) {
      expect(exifTexts(jpeg(tiff([[0x9286, unicode("Steps: 5, words", wide)]], order)))).toEqual(["Steps: 5, words"]);
    }
  }
});

test("a WebP that ComfyUI saved opens by the workflow in its camera tags", async () => {
  const run = { "1": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64, batch_size: 1 } } };
  const exif = tiff([[0x0110, bytesOf(`prompt:${JSON.stringify(run)}\0`)]]);
  const document = await readWorkflowFile(new Blob([webp(exif)]), "made.webp", catalogue);
  expect(document.nodes.map((node) => node.type)).toEqual(["EmptyLatentImage"]);
});

test("a JPEG with our document in its description opens as it was", async () => {
  const mine = firstPicture();
  const exif = tiff([[0x010e, bytesOf(`noiseloom:${JSON.stringify(mine)}\0`)]], false);
  const document = await readWorkflowFile(new Blob([jpeg(exif)]), "made.jpg", catalogue);
  expect(document.nodes).toEqual(mine.nodes);
});

test("the plain text of another program becomes a graph with its values", () => {
  const document = parseWorkflow(PARAMETERS, catalogue, "castle");
  const values = Object.fromEntries(document.nodes.map((node) => [node.id, node.widgets]));
  expect(values.prompt?.text).toBe("a castle, (sunset:1.2)\non a hill");
  expect(values.negative?.text).toBe("blurry, lowres");
  expect(values.size).toEqual({ width: 640, height: 384, batch_size: 1 });
  expect(values.sampler).toMatchObject({
    seed: "18446744073709551615",
    steps: 28,
    cfg: 6.5,
    sampler_name: "dpmpp_2m",
    scheduler: "karras",
  });
  expect(document.wires).toHaveLength(9);
});

test("such text is read from a JPEG", async () => {
  const file = new Blob([jpeg(tiff([[0x9286, unicode(PARAMETERS, false)]]))]);
  expect((await readWorkflowFile(file, "castle.jpg", catalogue)).nodes).toHaveLength(7);
});

test("a picture without any of this is refused as such, and damaged bytes throw nothing else", async () => {
  await expect(readWorkflowFile(new Blob([jpeg(tiff([]))]), "plain.jpg", catalogue)).rejects.toMatchObject({
    code: "no_metadata",
  });
  const whole = jpeg(tiff([[0x9286, unicode(PARAMETERS, true)]]));
  for (let cut = 0; cut < whole.length; cut += 7) expect(() => exifTexts(whole.slice(0, cut))).not.toThrow();
});

test("text that is no parameters is left alone", () => {
  expect(readParameters("Steps: are not numbers")).toBeNull();
  expect(readParameters("just a prompt")).toBeNull();
});
