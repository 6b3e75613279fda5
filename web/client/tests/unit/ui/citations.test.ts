/** What the help of our nodes cites can be read: every citation leads to its paper. */

import { expect, test } from "vitest";
import { addressOf, CITED, PAPERS, paperOf, papersIn } from "@/ui/citations";
import { shippedCatalogue } from "../samples";

/** Programs, and works that were never on arXiv nor have a DOI that we are sure of. */
const WITHOUT = [
  "reference code (2024)",
  "DeepFloyd IF (2023)",
  "Guttenberg 2023",
  "Lee et al. 2022",
  "NovelAI 2022",
  "von Platen et al. 2022",
  "web UI (2022)",
  "Wilson's (1927)",
];

const TEXTS = [...shippedCatalogue().values()].map(({ id, description }) => [id, description.replace(/\s+/g, " ")]);

test("every year in a node's help belongs to a paper with an address, or to a known work without one", () => {
  const left = TEXTS.map(([id = "", text = ""]) => {
    const rest = WITHOUT.reduce((words, work) => words.replaceAll(work, ""), text.replace(new RegExp(CITED, "g"), ""));
    return [id, rest.match(/\S* ?\S* ?\S* ?\(?(?:19|20)\d\d\b/)?.[0]];
  });
  expect(left.filter(([, year]) => year !== undefined)).toEqual([]);
});

test("no paper is known that no node cites, and no work is excused that none names", () => {
  const all = TEXTS.map(([, text]) => text).join("\n");
  const cited = new Set(papersIn(all));
  expect([...PAPERS.values()].filter((paper) => !cited.has(paper))).toEqual([]);
  expect(WITHOUT.filter((work) => !all.includes(work))).toEqual([]);
});

test("a citation is found across the end of a line, and two of one year are told apart", () => {
  expect(papersIn("By Ho et\nal. 2020, as in (Lu et al. 2022; k-diffusion).").map(({ id }) => id)).toEqual([
    "arXiv:2006.11239",
    "arXiv:2211.01095",
  ]);
  expect(paperOf('Lu et al. 2022, "DPM-Solver"')?.id).toBe("arXiv:2206.00927");
  expect(papersIn('(Lu et al. 2022, "DPM-Solver", appendix C)').map(({ id }) => id)).toEqual(["arXiv:2206.00927"]);
  expect(papersIn("Ho et al. 20201 and Somebody et al. 2020")).toEqual([]);
});

test("papers are read where they are free, or at their publisher's", () => {
  expect(addressOf("arXiv:2006.11239")).toBe("https://arxiv.org/abs/2006.11239");
  expect(addressOf("doi:10.1145/1390156.1390294")).toBe("https://doi.org/10.1145/1390156.1390294");
});
