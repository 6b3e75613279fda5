/** Sizes and counts as people read them. */

/** Thousands of bytes (kB, MB), or 1,024s of them (KiB, MiB). */
export type ByteUnits = "decimal" | "binary";

const DECIMAL = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const BINARY = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** `1 234 567` bytes → "1.2 MB", or "1.2 MiB". */
export function bytesWords(language: string, bytes: number, units: ByteUnits = "decimal"): string {
  const step = units === "binary" ? 1024 : 1000;
  let [value, power] = [bytes, 0];
  // What would be rounded up to a whole step is one of the next unit.
  while (Math.round(value) >= step && power < DECIMAL.length - 1) {
    value /= step;
    power += 1;
  }
  const digits = { maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 };
  if (units === "binary" && power > 0) {
    return `${new Intl.NumberFormat(language, digits).format(value)}\u00a0${BINARY[power]}`;
  }
  // English shortens all but single bytes: "232 byte".
  const unitDisplay = power === 0 ? "long" : "short";
  const unit = { style: "unit", unit: DECIMAL[power] ?? "byte", unitDisplay } as const;
  return new Intl.NumberFormat(language, { ...unit, ...digits }).format(value);
}

/** A large count, short: "9.99M", "999万". */
export function countWords(language: string, count: number): string {
  return new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 3 }).format(count);
}
