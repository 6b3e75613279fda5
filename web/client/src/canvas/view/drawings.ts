/** Marks what is hidden; each kind of drawing has its own style for that. */
const AWAY = "data-away";

/** What a part of the canvas holds, and what of it is hidden: set by hand, where React would draw everything anew for it. */
export class Drawings {
  private container: Element | null = null;
  private readonly byId = new Map<string, Element>();
  private readonly arrivals = new MutationObserver(() => this.byId.clear());

  /** `part`: a selector for what holds the drawings; each has its id in `data-id`. */
  constructor(
    private readonly canvas: HTMLElement,
    private readonly part: string,
  ) {}

  /** Every drawing by its id; listed anew only when some have come or gone. */
  all(): ReadonlyMap<string, Element> {
    if (this.container?.isConnected !== true) {
      this.arrivals.disconnect();
      this.container = this.canvas.querySelector(this.part);
      this.byId.clear();
      if (this.container !== null) this.arrivals.observe(this.container, { childList: true });
    }
    if (this.arrivals.takeRecords().length > 0) this.byId.clear();
    if (this.byId.size === 0) {
      for (const drawing of this.container?.children ?? []) {
        this.byId.set(drawing.getAttribute("data-id") ?? "", drawing);
      }
    }
    return this.byId;
  }

  isHidden(drawing: Element): boolean {
    return drawing.hasAttribute(AWAY);
  }

  hide(drawing: Element): void {
    drawing.setAttribute(AWAY, "");
  }

  show(drawing: Element): void {
    drawing.removeAttribute(AWAY);
  }

  stop(): void {
    this.arrivals.disconnect();
    this.container = null;
  }
}
