/** The server's event stream: reconnects by itself and resumes after the last event it saw. */

import type { EventFrame, Hello, PreviewHeader } from "./types";

export interface StreamListener {
  hello(hello: Hello): void;
  event(frame: EventFrame): void;
  preview(header: PreviewHeader, picture: Blob): void;
  /** The stream opened or broke. */
  connected(open: boolean): void;
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;

/** How long to wait before attempt `failures`: doubling, bounded, and spread so that many pages do not return at once. */
export function backoff(failures: number, chance: number): number {
  const full = Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS);
  return full * (0.5 + chance / 2);
}

/** A preview frame in its parts: uint32 big-endian header length, JSON header, picture. Null when it is cut off. */
export function readPreview(data: ArrayBuffer): { header: PreviewHeader; picture: Blob } | null {
  if (data.byteLength < 4) return null;
  const length = new DataView(data).getUint32(0);
  if (4 + length > data.byteLength) return null;
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length))) as PreviewHeader;
  return { header, picture: new Blob([data.slice(4 + length)], { type: header.media_type }) };
}

/** One stream for the life of the page. */
export class EventStream {
  private socket: WebSocket | null = null;
  private seen: number | null = null;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly listener: StreamListener,
    private previews: "all" | "fewer" | "none" = "all",
  ) {}

  /** How many previews the server sends from now on. It is told by coming anew, which loses nothing. */
  want(previews: "all" | "fewer" | "none"): void {
    if (previews === this.previews) return;
    this.previews = previews;
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const before = this.socket;
    this.connect();
    before.close();
  }

  /** Begin. Events before this moment come only by `resumeAfter`. */
  open(resumeAfter: number | null = null): void {
    this.seen = resumeAfter;
    this.connect();
    addEventListener("online", this.reconnectNow);
  }

  close(): void {
    removeEventListener("online", this.reconnectNow);
    if (this.timer !== null) clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private readonly reconnectNow = (): void => {
    if (this.socket?.readyState === WebSocket.OPEN) return;
    this.failures = 0;
    if (this.timer !== null) clearTimeout(this.timer);
    this.connect();
  };

  private connect(): void {
    const url = new URL("/api/v1/events", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    if (this.seen !== null) url.searchParams.set("after", String(this.seen));
    if (this.previews !== "all") url.searchParams.set("previews", this.previews);
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.failures = 0;
      this.listener.connected(true);
    };
    socket.onmessage = (message: MessageEvent<string | ArrayBuffer>) => this.read(message.data);
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.listener.connected(false);
      this.timer = setTimeout(() => this.connect(), backoff(this.failures, Math.random()));
      this.failures += 1;
    };
    this.socket = socket;
  }

  private read(data: string | ArrayBuffer): void {
    if (typeof data !== "string") {
      const preview = readPreview(data);
      if (preview !== null) this.listener.preview(preview.header, preview.picture);
      return;
    }
    const frame = JSON.parse(data) as EventFrame | Hello;
    if ("type" in frame) {
      // A server with a new data folder counts from the start again; what we saw belongs to another history.
      if (this.seen === null || this.seen > frame.seq) this.seen = frame.seq;
      this.listener.hello(frame);
      return;
    }
    if (this.seen !== null && frame.seq <= this.seen) return;
    this.seen = frame.seq;
    this.listener.event(frame);
  }
}
