/**
 * Where an element is while a hand moves it. A still animation says so: a browser then only moves its layer, where for a
 * style it lists anew what every layer paints (Chromium 156: about 4 of 11 ms a frame of a pan at 100 %).
 */
export class HandMove {
  private animation: Animation | null = null;

  constructor(private readonly element: Element) {}

  /** Show the element so, whatever its style says. */
  put(transform: string): void {
    const frames = { transform: [transform, transform] };
    if (this.animation === null) {
      this.animation = this.element.animate(frames, { duration: 1, fill: "both" });
      this.animation.pause();
    } else (this.animation.effect as KeyframeEffect).setKeyframes(frames);
  }

  /** The hand is gone: its style says where it is. */
  end(): void {
    this.animation?.cancel();
    this.animation = null;
  }
}
