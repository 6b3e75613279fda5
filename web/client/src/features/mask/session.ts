/** A mask being painted: its pixels, its undo, and what changed since the screen last looked. */

import { writeDraft } from "./drafts";
import type { Work, Worked } from "./heavy.worker";
import { coloursOf } from "./pictureFile";
import { copyPart, coverage, invert, type Mask, putPart } from "./pixels/mask";
import { maskPng } from "./pixels/png";
import { isEmpty, type Rect } from "./pixels/rect";
import type { Cover } from "./pixels/shapes";
import { type Brush, type Dab, putCover, type Scratch, Stroke, scratchFor } from "./pixels/stroke";
import { MaskUndo } from "./pixels/undo";

export interface SessionState {
  /** Percent of the picture that is masked. */
  masked: number;
  canUndo: boolean;
  canRedo: boolean;
  /** Whether there are strokes that are not saved. */
  changed: boolean;
  busy: boolean;
}

export class MaskSession {
  state: SessionState = { masked: 0, canUndo: false, canRedo: false, changed: false, busy: false };
  /** Parts to draw again. */
  dirty: Rect[] = [];
  /** Called when something has to be drawn. */
  onDirty: () => void = () => undefined;
  private readonly undo: MaskUndo;
  private readonly scratch: Scratch;
  private readonly listeners = new Set<() => void>();
  private stroke: Stroke | null = null;
  private worker: Worker | null = null;
  private writing: Promise<void> = Promise.resolve();
  private stale = false;

  constructor(
    readonly picture: ImageBitmap,
    readonly mask: Mask,
    private readonly key: string,
    changed: boolean,
  ) {
    this.undo = new MaskUndo(mask);
    this.scratch = scratchFor(mask);
    this.dirty = [this.everywhere];
    this.tell({ changed });
  }

  get everywhere(): Rect {
    return { x: 0, y: 0, width: this.mask.width, height: this.mask.height };
  }

  get painting(): boolean {
    return this.stroke !== null;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): SessionState => this.state;

  begin(brush: Brush, dab: Dab): void {
    this.stroke = new Stroke(this.mask, brush, this.scratch);
    this.extend(dab);
  }

  extend(dab: Dab): void {
    if (this.stroke !== null) this.redraw(this.stroke.to(dab));
  }

  /** The stroke is over. Told to `drop` it, what lay below comes back. */
  end(drop = false): void {
    const done = this.stroke?.finish();
    this.stroke = null;
    if (done === undefined) return;
    if (!drop) {
      this.commit(done.rect, done.before);
      return;
    }
    putPart(this.mask, done.rect, done.before);
    this.redraw(done.rect);
  }

  /** Put a shape on the mask, or take it away. */
  put({ rect, cover }: Cover, erase: boolean): void {
    if (isEmpty(rect)) return;
    const before = putCover(this.mask, rect, cover, erase);
    this.commit(rect, before);
  }

  invert(): void {
    if (this.state.busy) return;
    const before = copyPart(this.mask, this.everywhere);
    invert(this.mask);
    this.commit(this.everywhere, before);
  }

  clear(): void {
    if (this.state.busy) return;
    const before = copyPart(this.mask, this.everywhere);
    this.mask.data.fill(0);
    this.commit(this.everywhere, before);
  }

  async reshape(kind: "grow" | "feather", pixels: number): Promise<void> {
    if (this.state.busy || pixels === 0) return;
    const { rect, bytes } = await this.work({ kind, mask: this.mask, pixels });
    if (isEmpty(rect)) return;
    const before = copyPart(this.mask, rect);
    putPart(this.mask, rect, bytes);
    this.commit(rect, before);
  }

  async fill(x: number, y: number, tolerance: number, erase: boolean): Promise<void> {
    if (this.state.busy) return;
    const { rect, bytes } = await this.work({ kind: "flood", picture: coloursOf(this.picture), x, y, tolerance });
    this.put({ rect, cover: bytes }, erase);
  }

  step(direction: "undo" | "redo"): void {
    if (this.painting || this.state.busy) return;
    const changed = this.undo[direction]();
    if (changed === null) return;
    for (const rect of changed) this.redraw(rect);
    this.settle();
  }

  file(): Promise<Blob> {
    return maskPng(this.mask);
  }

  /** Resolves when the strokes made so far are kept in the browser. */
  kept(): Promise<void> {
    return this.writing;
  }

  close(): void {
    this.worker?.terminate();
    this.picture.close();
  }

  private commit(rect: Rect, before: Uint8Array): void {
    this.undo.push(rect, before);
    this.redraw(rect);
    this.settle();
  }

  private redraw(rect: Rect): void {
    if (isEmpty(rect)) return;
    this.dirty.push(rect);
    this.onDirty();
  }

  private settle(): void {
    this.tell({ changed: true });
    this.stale = true;
    this.writing = this.writing.then(async () => {
      if (!this.stale) return;
      this.stale = false;
      await writeDraft(this.key, await this.file());
    });
  }

  private tell(change: Partial<SessionState>): void {
    const { canUndo, canRedo } = this.undo;
    this.state = { ...this.state, masked: 100 * coverage(this.mask), canUndo, canRedo, ...change };
    for (const listener of this.listeners) listener();
  }

  private work(work: Work): Promise<Worked> {
    this.worker ??= new Worker(new URL("./heavy.worker.ts", import.meta.url), { type: "module" });
    const { worker } = this;
    this.tell({ busy: true });
    return new Promise<Worked>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Worked>) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage(work);
    }).finally(() => this.tell({ busy: false }));
  }
}
