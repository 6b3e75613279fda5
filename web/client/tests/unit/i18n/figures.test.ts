import { expect, test } from "vitest";
import { bytesWords } from "@/i18n/amounts";
import { clockWords, exactWords, momentWords } from "@/i18n/moments";

const plain = (words: string) => words.replace(/[\u00a0\u202f]/g, " ");
const at = (text: string) => new Date(text).getTime() / 1000;
const NOW = at("2026-11-22T15:04:00");

test("bytes are counted in thousands or in 1,024s, and never as a thousand of a smaller unit", () => {
  expect(plain(bytesWords("en", 4_265_380_512))).toBe("4.3 GB");
  expect(plain(bytesWords("en", 4_265_380_512, "binary"))).toBe("4 GiB");
  expect(plain(bytesWords("en", 1536, "binary"))).toBe("1.5 KiB");
  expect(plain(bytesWords("en", 1000, "binary"))).toBe("1,000 bytes");
  expect(plain(bytesWords("en", 999_700))).toBe("1 MB");
  expect(plain(bytesWords("zh-CN", 1536, "binary"))).toBe("1.5 KiB");
});

test("a clock has 12 or 24 hours as chosen, in every language", () => {
  expect(plain(exactWords("en", "24", NOW))).toBe("Nov 22, 2026, 15:04");
  expect(plain(exactWords("en", "12", NOW))).toBe("Nov 22, 2026, 3:04 PM");
  expect(plain(exactWords("zh-CN", "24", NOW))).toBe("2026年11月22日 15:04");
  expect(plain(exactWords("en", "24", at("2026-11-22T00:05:00")))).toBe("Nov 22, 2026, 00:05");
});

test("of today only the time is said, of another day the day too", () => {
  const style = { clock: "24", dates: "exact" } as const;
  expect(clockWords("en", style, NOW, NOW + 60)).toBe("15:04");
  expect(clockWords("en", style, NOW, NOW + 86_400)).toBe("Nov 22 15:04");
});

test("lists say how long ago where that is chosen", () => {
  const style = { clock: "24", dates: "ago" } as const;
  const ago = (seconds: number) => momentWords("en", style, NOW - seconds, true, NOW);
  expect([5, 120, 3 * 3600, 86_400, 60 * 86_400].map(ago)).toEqual([
    "now",
    "2 minutes ago",
    "3 hours ago",
    "yesterday",
    "last month",
  ]);
  // A server's clock may go before the browser's.
  expect(ago(-5)).toBe("now");
  expect(clockWords("zh-CN", style, NOW - 300, NOW)).toBe("5分钟前");
  expect(momentWords("en", { clock: "24", dates: "exact" }, NOW, false)).toBe("Nov 22, 2026");
});
