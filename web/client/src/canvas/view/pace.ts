/** Work in small steps: a few milliseconds a frame, so that none is held up. */

/** Milliseconds. */
export type Cost = number;

/** Does one piece of work at a time. */
export class Pace {
  private work: Iterator<Cost> | null = null;
  private frame: number | undefined;

  /** `budget`: how long the steps of the frame that begins may take. */
  constructor(private readonly budget: () => Cost) {}

  /**
   * Do `work` from the next frame on. It answers after each step what that costs the browser beside its own time. What was
   * begun before and is not done yet is forgotten.
   */
  take(work: Iterator<Cost>): void {
    this.work = work;
    this.frame ??= requestAnimationFrame(this.go);
  }

  stop(): void {
    this.work = null;
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
  }

  private readonly go = (): void => {
    this.frame = undefined;
    const { work } = this;
    let left = this.budget();
    let before = performance.now();
    // A step may bring newer work about.
    while (work !== null && work === this.work) {
      const { done, value } = work.next();
      if (done === true) {
        this.work = null;
        return;
      }
      const now = performance.now();
      left -= now - before + value;
      before = now;
      if (left <= 0) break;
    }
    if (this.work !== null) this.frame ??= requestAnimationFrame(this.go);
  };
}
