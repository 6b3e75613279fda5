/** Texts inside the EXIF of a JPEG or WebP (Exif 3.0; TIFF 6.0, section 2; WebP container specification). */

const LATIN1 = new TextDecoder("latin1");
const UTF8 = new TextDecoder("utf-8");

/** ImageDescription, Make, Model, Software, XPComment and UserComment: where programs put what made a picture. */
const TEXT_TAGS = new Set([0x010e, 0x010f, 0x0110, 0x0131, 0x9c9c, 0x9286]);
const EXIF_IFD = 0x8769;
const MOST_ENTRIES = 1000;
const TYPE_BYTES: Record<number, number> = { 1: 1, 2: 1, 7: 1 };

/** The texts of a picture, in the order they are stored. Bytes that are neither JPEG nor WebP give none. */
export function exifTexts(bytes: Uint8Array): string[] {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegTexts(bytes);
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 4) === "WEBP") return webpTexts(bytes);
  return [];
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  return LATIN1.decode(bytes.subarray(at, at + length));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Segments before the picture's data: APP1 with EXIF, and comments. */
function jpegTexts(bytes: Uint8Array): string[] {
  const texts: string[] = [];
  const view = viewOf(bytes);
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1];
    const length = view.getUint16(at + 2);
    if (marker === 0xda || length < 2) break;
    const body = bytes.subarray(at + 4, at + 2 + length);
    if (marker === 0xe1 && ascii(body, 0, 6) === "Exif\0\0") texts.push(...tiffTexts(body.subarray(6)));
    if (marker === 0xfe) texts.push(UTF8.decode(body));
    at += 2 + length;
  }
  return texts;
}

function webpTexts(bytes: Uint8Array): string[] {
  const view = viewOf(bytes);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (ascii(bytes, at, 4) === "EXIF") {
      const body = bytes.subarray(at + 8, at + 8 + length);
      return tiffTexts(ascii(body, 0, 6) === "Exif\0\0" ? body.subarray(6) : body);
    }
    at += 8 + length + (length % 2);
  }
  return [];
}

/** The texts of both directories. Offsets that lead outside end the reading, never throw. */
function tiffTexts(bytes: Uint8Array): string[] {
  const order = ascii(bytes, 0, 2);
  if (bytes.length < 8 || (order !== "II" && order !== "MM")) return [];
  const little = order === "II";
  const view = viewOf(bytes);
  const texts: string[] = [];
  const waiting = [view.getUint32(4, little)];
  const seen = new Set<number>();
  for (let start = waiting.pop(); start !== undefined; start = waiting.pop()) {
    if (seen.has(start) || start + 2 > bytes.length) continue;
    seen.add(start);
    const count = Math.min(view.getUint16(start, little), MOST_ENTRIES);
    for (let index = 0; index < count; index += 1) {
      const at = start + 2 + 12 * index;
      if (at + 12 > bytes.length) break;
      const tag = view.getUint16(at, little);
      if (tag === EXIF_IFD) waiting.push(view.getUint32(at + 8, little));
      if (!TEXT_TAGS.has(tag)) continue;
      const length = view.getUint32(at + 4, little) * (TYPE_BYTES[view.getUint16(at + 2, little)] ?? 0);
      const from = length <= 4 ? at + 8 : view.getUint32(at + 8, little);
      texts.push(textOf(tag, bytes.subarray(from, from + length), little));
    }
  }
  return texts.filter((text) => text !== "");
}

function textOf(tag: number, body: Uint8Array, little: boolean): string {
  if (tag === 0x9c9c) return trimmed(new TextDecoder("utf-16le").decode(body));
  if (tag !== 0x9286) return trimmed(UTF8.decode(body));
  const words = body.subarray(8);
  if (ascii(body, 0, 7) !== "UNICODE") return trimmed(UTF8.decode(words));
  // Programs disagree on the byte order; a workflow is mostly ASCII, so the side of the zeros tells.
  const big = words[0] === 0 || (words[1] !== 0 && !little);
  return trimmed(new TextDecoder(big ? "utf-16be" : "utf-16le").decode(words));
}

function trimmed(text: string): string {
  return text.replace(/\0+$/, "").trim();
}
