import { expect, test } from "vitest";
import { searchCommands } from "@/features/commands/search";
import type { Command } from "@/state/commands/command";

const found = (id: string, title: string, ...words: string[]) => ({
  command: { id, title, group: "edit", scope: "page", run: () => undefined } satisfies Command,
  title,
  group: "",
  words: [...words, id],
});
const ENTRIES = [
  found("a.fit", "See everything", "适应视图"),
  found("a.run", "Run", "运行"),
  found("a.front", "Run first", "优先运行"),
];
const ids = (query: string, recent: string[] = []) =>
  searchCommands(ENTRIES, query, recent).map((entry) => entry.command.id);

test("nothing typed lists everything, what was used lately first", () => {
  expect(ids("")).toEqual(["a.fit", "a.run", "a.front"]);
  expect(ids("", ["a.front"])).toEqual(["a.front", "a.fit", "a.run"]);
});

test("a command is found in the other language and by loose letters", () => {
  expect(ids("适应")).toEqual(["a.fit"]);
  expect(ids("sevr")).toEqual(["a.fit"]);
  expect(ids("run")[0]).toBe("a.run");
});
