/** Texts inside a PNG: tEXt, zTXt and iTXt chunks (PNG specification, third edition, 11.3.3). */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const LATIN1 = new TextDecoder("latin1");
const UTF8 = new TextDecoder("utf-8");

/** Texts by keyword. Bytes that are no PNG, or end too early, give what was read so far. */
export async function pngTexts(bytes: Uint8Array): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  if (!SIGNATURE.every((byte, index) => bytes[index] === byte)) return texts;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = SIGNATURE.length;
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at);
    const type = LATIN1.decode(bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IEND" || body.length < length) break;
    const text = await readText(type, body);
    if (text !== null) texts.set(text[0], text[1]);
    at += 12 + length;
  }
  return texts;
}

async function readText(type: string, body: Uint8Array): Promise<[string, string] | null> {
  const end = body.indexOf(0);
  if (end < 0) return null;
  const keyword = LATIN1.decode(body.subarray(0, end));
  switch (type) {
    case "tEXt":
      return [keyword, LATIN1.decode(body.subarray(end + 1))];
    case "zTXt":
      return [keyword, LATIN1.decode(await inflate(body.subarray(end + 2)))];
    case "iTXt": {
      const compressed = body[end + 1] === 1;
      const language = body.indexOf(0, end + 3);
      const translated = body.indexOf(0, language + 1);
      const text = body.subarray(translated + 1);
      return [keyword, UTF8.decode(compressed ? await inflate(text) : text)];
    }
    default:
      return null;
  }
}

async function inflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
