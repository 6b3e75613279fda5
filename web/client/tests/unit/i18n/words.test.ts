import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readDocument } from "@/graph/io/read";
import firstEn from "@/i18n/en/first.json";
import nodesEn from "@/i18n/en/nodes.json";
import pageEn from "@/i18n/en/page.json";
import problemsEn from "@/i18n/en/problems.json";
import otherEn from "@/i18n/en/templates.json";
import { fetchMoreWords, fetchWords, hasWords, i18nOf, startWords, t } from "@/i18n/i18n";
import { problemSentence } from "@/i18n/problemWords";
import { withSpokenPrompts } from "@/i18n/templatePrompts";
import { templateWords } from "@/i18n/words";
import aboutsZh from "@/i18n/zh-CN/abouts.json";
import firstZh from "@/i18n/zh-CN/first.json";
import nodesZh from "@/i18n/zh-CN/nodes.json";
import pageZh from "@/i18n/zh-CN/page.json";
import problemsZh from "@/i18n/zh-CN/problems.json";
import otherZh from "@/i18n/zh-CN/templates.json";
import { REPOSITORY, shippedCatalogue } from "../samples";

const templatesEn = { ...firstEn, ...otherEn };
const templatesZh = { ...firstZh, ...otherZh };

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ""): [key: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[path + key, value] as [string, string]] : leaves(value, `${path}${key}.`),
  );
}

const holes = (text: string) => [...text.matchAll(/\{\{(\w+)(?:, \w+)?\}\}/g)].map((match) => match[1]).sort();

const FILES: [string, Tree, Tree][] = [
  ["page", pageEn, pageZh],
  ["nodes", nodesEn, nodesZh],
  ["problems", problemsEn, problemsZh],
  ["templates", templatesEn, templatesZh],
];

test.each(FILES)("%s has the same keys in both languages", (_, en, zh) => {
  expect(
    leaves(zh)
      .map(([key]) => key)
      .sort(),
  ).toEqual(
    leaves(en)
      .map(([key]) => key)
      .sort(),
  );
});

test.each(FILES)("%s fills the same holes in both languages", (_, en, zh) => {
  const chinese = new Map(leaves(zh));
  for (const [key, text] of leaves(en)) expect([key, holes(chinese.get(key) ?? "")]).toEqual([key, holes(text)]);
});

test("every shipped node type has a title in both languages", () => {
  for (const id of shippedCatalogue().keys()) {
    expect(nodesEn.types).toHaveProperty(id);
    expect(nodesZh.types).toHaveProperty(id);
  }
});

test("every title and note of a shipped workflow is in both languages", () => {
  const known = new Set(Object.values(templatesEn));
  const folder = `${REPOSITORY}workflows/`;
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const { title, nodes, frames } = readDocument(JSON.parse(readFileSync(folder + file, "utf8")) as object);
    const said = [title, ...nodes.map((node) => node.title), ...frames.flatMap((frame) => [frame.title, frame.note])];
    expect([file, said.filter((text) => text !== "" && !known.has(text))]).toEqual([file, []]);
  }
});

test("every shipped workflow says in both languages what it is for", () => {
  for (const file of readdirSync(`${REPOSITORY}workflows/`).filter((name) => name.endsWith(".json"))) {
    const { extra } = JSON.parse(readFileSync(`${REPOSITORY}workflows/${file}`, "utf8"));
    expect([file, extra.description]).toEqual([file, expect.stringMatching(/\w+ \w+/)]);
    expect(Object.keys(aboutsZh)).toContain(file.replace(/\.json$/, ""));
  }
});

test("every problem the engine can state has words", () => {
  const source = readFileSync(`${REPOSITORY}graph_engine/validate/messages.py`, "utf8");
  const table = source.slice(source.indexOf("SENTENCES"), source.indexOf("\n}\n"));
  const codes = [...table.matchAll(/^ {4}"([a-z_]+\.[a-z_]+)": \(/gm)].map((match) => match[1] ?? "");
  expect(codes.length).toBeGreaterThan(30);
  for (const code of codes) expect(problemsEn).toHaveProperty(code);
});

test("the words that the code asks for are there", () => {
  const known = new Set(leaves(pageEn).map(([key]) => key.replace(/_(one|other)$/, "")));
  for (const [file, source] of Object.entries(
    import.meta.glob("../../../src/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true }) as Record<
      string,
      string
    >,
  )) {
    for (const [, key] of source.matchAll(/\bt\("([a-z_]+\.[a-z_.]+)"/g)) {
      if (key !== undefined && !key.startsWith("nodes."))
        expect([file, known.has(key) ? key : `missing ${key}`]).toEqual([file, key]);
    }
  }
});

test("a text of our templates is told in the page's language, a person's own stays as it is", async () => {
  await startWords("zh-CN");
  expect(templateWords(t, firstEn.first_picture)).toBe(firstZh.first_picture);
  await fetchMoreWords("zh-CN");
  for (const [key, english] of Object.entries(templatesEn)) {
    expect(templateWords(t, english)).toBe(templatesZh[key as keyof typeof templatesZh]);
  }
  for (const own of ["", "My fox", "constructor", "a|b", "a¦b", "{{title}}", "$t(app.untitled)", "types"]) {
    expect(templateWords(t, own)).toBe(own);
  }
});

test("a template asks its prompt in the page's language, other texts stay as they are", async () => {
  const template = readDocument(JSON.parse(readFileSync(`${REPOSITORY}workflows/text-to-image.json`, "utf8")));
  const asked = (document: typeof template) => document.nodes.find(({ id }) => id === "prompt")?.widgets.text;
  await startWords("zh-CN");
  expect(asked(withSpokenPrompts(t, template))).toBe(firstZh.first_prompt);
  const own = { ...template, nodes: template.nodes.map((node) => ({ ...node, widgets: { text: "一只猫" } })) };
  expect(withSpokenPrompts(t, own)).toEqual(own);
  await startWords("en");
  expect(withSpokenPrompts(t, template)).toEqual(template);
});

test("another language's words come when they are asked for", async () => {
  await startWords("en");
  expect(hasWords("zh-CN")).toBe(false);
  await fetchWords("zh-CN");
  expect(i18nOf("zh-CN")("settings.title")).toBe(pageZh.settings.title);
  expect(t("settings.title")).toBe(pageEn.settings.title);
});

test("a problem without a translation is told in the server's English", async () => {
  await startWords("zh-CN");
  const problem = {
    code: "plugin.odd",
    message: "The plug-in is odd.",
    params: {},
    node: null,
    socket: null,
    severity: "error" as const,
    remedy: "",
  };
  expect(problemSentence(i18nOf("zh-CN"), problem)).toBe("The plug-in is odd.");
});

test("a problem is worded with its parameters", async () => {
  await startWords("zh-CN");
  const problem = {
    code: "value.too_small",
    message: "",
    params: { input: "steps", value: 0, minimum: 1 },
    node: "a",
    socket: "steps",
    severity: "error" as const,
    remedy: "",
  };
  expect(problemSentence(i18nOf("zh-CN"), problem, { input: "步数" })).toBe("“步数”是 0，最小值是 1。");
});
