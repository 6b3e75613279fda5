/** Fuzzy search over node types, in both languages at once. */

import { bestSocket, type LooseEnd } from "@/graph/connect";
import type { NodeSpec } from "@/graph/spec";
import { matchScore } from "@/i18n/match";

export interface Candidate {
  spec: NodeSpec;
  title: string;
  category: string;
  /** The category without its first part. */
  subcategory: string;
  /** Everything else it may be found by: id, titles in other languages, aliases, pinyin initials. */
  words: string[];
}

/** Candidates that fit the query and the loose wire, best first; recently used ones lead among equals. */
export function search(
  candidates: readonly Candidate[],
  query: string,
  loose: LooseEnd | null,
  recent: readonly string[],
): Candidate[] {
  const text = query.trim();
  return candidates
    .filter(({ spec }) => loose === null || bestSocket(loose, spec) !== undefined)
    .map((candidate) => ({ candidate, score: score(candidate, text, loose, recent) }))
    .filter((found) => found.score > 0)
    .sort((a, b) => b.score - a.score || usual(a.candidate, b.candidate))
    .map((found) => found.candidate);
}

/** Rows under one heading. Search results have none: there, the best match is what matters. */
export interface Section {
  heading: "recent" | "category" | null;
  /** The category's first part, where that is the heading. */
  category: string;
  candidates: Candidate[];
}

const ORDER = [
  "loaders",
  "conditioning",
  "latent",
  "sampling",
  "image",
  "mask",
  "text",
  "model patches",
  "guidance",
  "unclip",
  "metrics",
  "control",
  "sub-graphs",
  "library",
];

/** What to show while nothing is typed: what was used lately, then everything by category, in the order of a graph. */
export function browse(candidates: readonly Candidate[], recent: readonly string[]): Section[] {
  const byId = new Map(candidates.map((candidate) => [candidate.spec.id, candidate]));
  const lately = recent.flatMap((id) => byId.get(id) ?? []);
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const [group = ""] = candidate.spec.category.split("/");
    groups.set(group, [...(groups.get(group) ?? []), candidate]);
  }
  const sections = [...groups]
    .sort(([a], [b]) => byCategory(a, b))
    .map(([category, members]): Section => ({ heading: "category", category, candidates: members.sort(byPath) }));
  return lately.length === 0 ? sections : [{ heading: "recent", category: "", candidates: lately }, ...sections];
}

/** Top categories in the order of a graph, others after them. */
export function byCategory(one: string, other: string): number {
  return place(ORDER, one) - place(ORDER, other) || one.localeCompare(other);
}

function place(order: readonly string[], item: string): number {
  const at = order.indexOf(item);
  return at < 0 ? order.length : at;
}

/** What most graphs are made of stands first under its heading. */
const USUAL = ["CheckpointLoaderSimple", "CLIPTextEncode", "EmptyLatentImage", "VAEDecode", "VAEEncode", "KSampler"];

/** The usual ones first, then by title. */
function usual(a: Candidate, b: Candidate): number {
  return place(USUAL, a.spec.id) - place(USUAL, b.spec.id) || a.title.localeCompare(b.title);
}

/** The usual ones first, then by category and title. */
export function byPath(a: Candidate, b: Candidate): number {
  return (
    place(USUAL, a.spec.id) - place(USUAL, b.spec.id) ||
    a.spec.category.localeCompare(b.spec.category) ||
    a.title.localeCompare(b.title)
  );
}

/** What another word than the title counts: less than the beginning of a title, even when it is met whole. */
const BESIDE = 0.75;

/** What words in another order than the title's count: less than the same words in order. */
const SHUFFLED = 0.5;

/** A word of several must be met by letters that stand together. */
const TOGETHER = 40 * BESIDE;

function met(candidate: Candidate, query: string): number {
  const others = Math.max(0, ...candidate.words.map((word) => matchScore(query, word)));
  return Math.max(matchScore(query, candidate.title), others * BESIDE);
}

/** "upscale latent" finds what is called "Resize latent" and known as "LatentUpscale". */
function metByWords(candidate: Candidate, query: string): number {
  const words = query.split(/\s+/);
  if (words.length < 2) return 0;
  const worst = Math.min(...words.map((word) => met(candidate, word)));
  return worst < TOGETHER ? 0 : worst * SHUFFLED;
}

function score(candidate: Candidate, query: string, loose: LooseEnd | null, recent: readonly string[]): number {
  const found = Math.max(met(candidate, query), metByWords(candidate, query));
  if (found === 0) return 0;
  const used = recent.indexOf(candidate.spec.id);
  return found + (used < 0 ? 0 : 5 - Math.min(used, 4)) + (loose !== null && exact(candidate.spec, loose) ? 8 : 0);
}

function exact(spec: NodeSpec, loose: LooseEnd): boolean {
  const sockets = loose.side === "output" ? spec.inputs : spec.outputs;
  return sockets.some((socket) => socket.type === loose.type);
}
