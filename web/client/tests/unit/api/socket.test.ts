// @vitest-environment happy-dom

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backoff, EventStream, readPreview } from "@/api/socket";

/** A socket that the test opens, feeds and breaks: the network is the one thing here that cannot be real. */
class Line {
  static all: Line[] = [];
  binaryType = "";
  readyState = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  constructor(readonly url: URL) {
    Line.all.push(this);
  }
  close() {}
  say(frame: unknown) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const heard: unknown[] = [];
const stream = () =>
  new EventStream({
    hello: () => {},
    event: (frame) => heard.push(frame.seq),
    preview: () => {},
    connected: (open) => heard.push(open),
  });
const event = (seq: number) => ({ seq, job_id: "", time: 0, event: { type: "nodes.changed", revision: "1" } });

beforeEach(() => {
  Line.all = [];
  heard.length = 0;
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Object.assign(Line, { OPEN: 1 }));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a broken stream asks for everything after the last event it saw", () => {
  stream().open();
  const first = Line.all[0];
  first?.onopen?.();
  first?.say({ type: "hello", seq: 40, version: "1", worker: {} });
  first?.say(event(41));
  first?.onclose?.();
  vi.advanceTimersByTime(10_000);
  expect(Line.all[1]?.url.searchParams.get("after")).toBe("41");
});

test("an event that comes twice is told once", () => {
  stream().open();
  Line.all[0]?.say({ type: "hello", seq: 0, version: "1", worker: {} });
  Line.all[0]?.say(event(1));
  Line.all[0]?.say(event(1));
  expect(heard).toEqual([1]);
});

test("a server with a new history is followed from its beginning", () => {
  stream().open(900);
  Line.all[0]?.say({ type: "hello", seq: 3, version: "1", worker: {} });
  Line.all[0]?.say(event(4));
  expect(heard).toEqual([4]);
});

test("who wants fewer previews says so in coming anew, and goes on after what it has seen", () => {
  const line = stream();
  line.open();
  expect(Line.all[0]?.url.searchParams.has("previews")).toBe(false);
  Line.all[0]?.say({ type: "hello", seq: 7, version: "1", worker: {} });
  line.want("none");
  // Not connected yet: the next attempt says it.
  expect(Line.all).toHaveLength(1);
  Object.assign(Line.all[0] ?? {}, { readyState: 1 });
  line.want("fewer");
  expect(Line.all[1]?.url.searchParams.get("previews")).toBe("fewer");
  expect(Line.all[1]?.url.searchParams.get("after")).toBe("7");
  Line.all[0]?.onclose?.();
  vi.advanceTimersByTime(10_000);
  expect(Line.all).toHaveLength(2);
  expect(heard).toEqual([]);
});

test("waiting grows and is bounded", () => {
  expect(backoff(0, 1)).toBe(250);
  expect(backoff(3, 1)).toBe(2_000);
  expect(backoff(30, 1)).toBe(8_000);
  expect(backoff(30, 0)).toBe(4_000);
});

test("a preview frame is parted into header and picture", async () => {
  const header = new TextEncoder().encode(
    JSON.stringify({ type: "node.preview", node: "a", media_type: "image/jpeg" }),
  );
  const bytes = new Uint8Array(4 + header.length + 3);
  new DataView(bytes.buffer).setUint32(0, header.length);
  bytes.set(header, 4);
  bytes.set([1, 2, 3], 4 + header.length);
  const preview = readPreview(bytes.buffer);
  expect(preview?.header.node).toBe("a");
  expect(preview?.picture.type).toBe("image/jpeg");
  expect(new Uint8Array((await preview?.picture.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(Uint8Array.of(1, 2, 3));
});

test("a preview frame that is cut off is dropped", () => {
  expect(readPreview(Uint8Array.of(0, 0, 1, 0, 9).buffer)).toBeNull();
});
