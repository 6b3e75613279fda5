import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { i18nOf, startWords } from "@/i18n/i18n";
import { whySentence } from "@/i18n/whyWords";
import { REPOSITORY } from "../samples";

beforeAll(() => startWords("en"));
const say = (why: string[]) => whySentence(i18nOf("en"), { state: "done", why }, (input) => input.toUpperCase());

test("a changed input and a changed wire are named by their labels", () => {
  expect(say(["input:seed"])).toBe("It ran: “SEED” changed.");
  expect(say(["upstream:model", "upstream:vae"])).toBe("It ran: what comes in at “MODEL” and “VAE” changed.");
  expect(say(["input:seed", "upstream:model"])).toContain("“MODEL”");
});

test("a cached node says that nothing changed", () => {
  expect(whySentence(i18nOf("en"), { state: "cached", why: [] }, String)).toMatch(/^It did not run/);
});

test("every word that the engine has for why is worded", () => {
  const source = readFileSync(`${REPOSITORY}graph_engine/run/why.py`, "utf8");
  const table = source.slice(source.indexOf('"""Each a word'), source.indexOf("FIRST: Why"));
  const words = [...table.matchAll(/``([a-z_]+)(:NAME)?``/g)].map((match) => match[1] + (match[2] ? ":x" : ""));
  expect(words.length).toBeGreaterThan(8);
  for (const word of words) expect([word, say([word])]).not.toEqual([word, "It ran."]);
});
