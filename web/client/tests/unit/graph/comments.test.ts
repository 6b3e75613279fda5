import { expect, test } from "vitest";
import { addFrame } from "@/graph/commands/frames";
import { remove } from "@/graph/commands/nodes";
import { commentLine, holdersOf, isComment, newComment } from "@/graph/comments";
import { copyFragment, pasteFragment } from "@/graph/fragment";
import { apply, begin, undo } from "@/graph/history";
import { outlineOf } from "@/graph/outline";
import { firstPicture } from "../samples";

const PLAIN = () => ({ width: 240, height: 200, inputs: new Map(), outputs: new Map() });

function withComment(note = "") {
  const comment = { ...newComment(firstPicture(), [3, 5]), note };
  return { comment, history: apply(begin(firstPicture()), addFrame(comment), 0) };
}

test("a comment is added on the grid, deleted, and brought back by undo", () => {
  const { comment, history } = withComment();
  expect(comment.bounds.slice(0, 2)).toEqual([0, 8]);
  const gone = apply(history, remove([comment.id]), 1);
  expect(gone.document.frames.some(isComment)).toBe(false);
  expect(undo(gone).document.frames.filter(isComment)).toEqual([comment]);
});

test("it holds no nodes, wherever it lies", () => {
  const document = firstPicture();
  const over = {
    ...newComment(document, [0, 0]),
    bounds: [-5000, -5000, 10_000, 10_000] as [number, number, number, number],
  };
  const history = apply(begin(document), addFrame(over), 0);
  expect(holdersOf(history.document)).toEqual(document.frames);
  const row = outlineOf(history.document, PLAIN).find((item) => item.id === over.id);
  expect(row?.children).toEqual([]);
});

test("it is copied and pasted under an id of its own", () => {
  const { comment, history } = withComment("hello");
  const paste = pasteFragment(history.document, copyFragment(history.document, [comment.id]), [16, 16], false);
  const after = apply(history, paste.command, 1).document.frames.filter(isComment);
  expect(after.map(({ note }) => note)).toEqual(["hello", "hello"]);
  expect(new Set(after.map(({ id }) => id)).size).toBe(2);
});

test("its first words name it, without Markdown's signs", () => {
  expect(commentLine(withComment("\n## Try **this**\nor that").comment)).toBe("Try this");
  expect(commentLine(withComment("x".repeat(100)).comment)).toHaveLength(60);
  expect(commentLine(withComment().comment)).toBe("");
});
