/** What the user guide calls by name is called that on the page. */

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import firstEn from "@/i18n/en/first.json";
import nodesEn from "@/i18n/en/nodes.json";
import pageEn from "@/i18n/en/page.json";
import templatesEn from "@/i18n/en/templates.json";
import firstZh from "@/i18n/zh-CN/first.json";
import nodesZh from "@/i18n/zh-CN/nodes.json";
import pageZh from "@/i18n/zh-CN/page.json";
import templatesZh from "@/i18n/zh-CN/templates.json";
import { REPOSITORY } from "../samples";

type Tree = { [key: string]: string | Tree };

const DOCS = `${REPOSITORY}docs/`;
const HOLE = /\{\{\w+(?:, \w+)?\}\}/g;
/** A key, or several: `Ctrl+S`, `[ ]`, `F1`. */
const KEYS = /^(?:(?:Ctrl|Shift|Alt)\+)*(?:F\d+|Enter|\\?\S)(?: \S)*$/;

/** A guide's pages, the marks around a word of the page, and what stands in such marks and is none. */
const GUIDES = {
  en: {
    words: [firstEn, nodesEn, pageEn, templatesEn] as Tree[],
    first: "user-guide.md",
    others: "guide/",
    marks: /\*\*?([^*\n]+)\*\*?/g,
    emphasised: ["red", "green", "the file", "a form", "node", "wire", "Words", "Boards", "Imagen"],
  },
  "zh-CN": {
    words: [firstZh, nodesZh, pageZh, templatesZh] as Tree[],
    first: "user-guide.zh-CN.md",
    others: "guide/zh-CN/",
    marks: /“([^”\n]+)”|\*\*?([^*\n]+)\*\*?/g,
    emphasised: ["红色", "绿色", "Imagen", "插件是安装到本机的代码"],
  },
};

function leaves(tree: Tree): string[] {
  return Object.values(tree).flatMap((value) => (typeof value === "string" ? [value] : leaves(value)));
}

const plain = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whether some text of the page reads so. Holes take anything, if words stand around them. */
function isSaid(words: readonly string[]): (text: string) => boolean {
  const whole = new Set(words.map((word) => word.toLowerCase()));
  const holed = words
    .filter((word) => word.includes("{{") && word.replace(HOLE, "").trim().length > 2)
    .map((word) => new RegExp(`^${word.split(HOLE).map(plain).join(".+")}$`, "i"));
  return (text) => whole.has(text.toLowerCase()) || holed.some((pattern) => pattern.test(text));
}

test.each(Object.entries(GUIDES))("every word that the guide marks is one of the page's (%s)", (_, guide) => {
  const said = isSaid(guide.words.flatMap(leaves));
  const others = readdirSync(DOCS + guide.others).filter((name) => name.endsWith(".md"));
  for (const page of [guide.first, ...others.map((name) => guide.others + name)]) {
    const text = readFileSync(DOCS + page, "utf8").replace(/```[\s\S]*?```/g, "");
    const marked = [...text.matchAll(guide.marks)].map((match) => match[1] ?? match[2] ?? "");
    const named = marked.flatMap((words) => words.replaceAll(" ▾", "").split(" › "));
    const unknown = named.filter((name) => {
      // A sentence is no name, and "the queue panel" is named "Queue".
      if (KEYS.test(name) || name.endsWith(".") || guide.emphasised.includes(name)) return false;
      return !said(name) && !said(name.replace(/ panel$|面板$/, ""));
    });
    expect([page, unknown]).toEqual([page, []]);
  }
});
