/** A colour profile in which red and green have changed places: who drops it shows another colour. Source: ICC.1:2001. */

const number = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65536));
  return bytes;
};
const xyz = (...values) => Buffer.concat([Buffer.from("XYZ \0\0\0\0", "latin1"), ...values.map(number)]);
const text = (words) => Buffer.from(`text\0\0\0\0${words.padEnd(12, "\0")}`, "latin1");
/** A curve of one entry: gamma 2.2 in 8.8 fixed point. */
const CURVE = Buffer.from([...Buffer.from("curv"), 0, 0, 0, 0, 0, 0, 0, 1, 0x02, 0x33, 0, 0]);
const WHITE = [0.9642, 1, 0.8249];

/** sRGB's primaries as D50 sees them, those of red and green exchanged. */
const TAGS = {
  cprt: text("No rights"),
  wtpt: xyz(...WHITE),
  rXYZ: xyz(0.3851, 0.7169, 0.0971),
  gXYZ: xyz(0.4361, 0.2225, 0.0139),
  bXYZ: xyz(0.1431, 0.0606, 0.7141),
  rTRC: CURVE,
  gTRC: CURVE,
  bTRC: CURVE,
};

export function swappedProfile() {
  const entries = Object.entries(TAGS);
  const table = Buffer.alloc(4 + entries.length * 12);
  table.writeUInt32BE(entries.length, 0);
  let at = 128 + table.length;
  for (const [index, [name, data]] of entries.entries()) {
    table.write(name, 4 + index * 12, "latin1");
    table.writeUInt32BE(at, 8 + index * 12);
    table.writeUInt32BE(data.length, 12 + index * 12);
    at += data.length;
  }
  const head = Buffer.alloc(128);
  head.writeUInt32BE(at, 0);
  head.writeUInt32BE(0x02200000, 8);
  head.write("mntrRGB XYZ ", 12, "latin1");
  head.write("acsp", 36, "latin1");
  Buffer.concat(WHITE.map(number)).copy(head, 68);
  return Buffer.concat([head, table, ...entries.map(([, data]) => data)]);
}
