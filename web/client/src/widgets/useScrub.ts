/**
 * Dragging across a number field changes its number; dragging up or down over several gathers them. Gathered numbers are
 * dragged and typed together. Under the threshold a drag stays a click.
 */

import { useEffect, useRef } from "react";
import { type Setting, setByHand } from "@/graph/commands/widgets";
import { run, undoEdit, useWorkspace } from "@/state/workflow/workspace";
import { type NumericWidget, scrubbed } from "./numbers";

/** A number of some nodes, as a field shows it. */
export interface NumberPlace {
  nodes: readonly string[];
  name: string;
  value: number;
  widget: NumericWidget;
}

const THRESHOLD = 3;
const PIXELS_A_STEP = 8;
/** How far sideways a hand goes that has gathered fields, before they change. */
const SIDEWAYS = 16;

/** The number fields on the page. */
const fields = new Map<HTMLElement, () => NumberPlace>();
let gestures = 0;

/** What several numbers are set to at once; null leaves one as it is. */
type Wish = (place: NumberPlace) => Setting["value"] | null;

function setAll(places: readonly NumberPlace[], wish: Wish, gesture: string): void {
  const settings = places.flatMap((place): Setting[] => {
    const value = wish(place);
    return value === null ? [] : [{ nodes: place.nodes, name: place.name, value }];
  });
  run(setByHand(settings, gesture));
}

/** Listens to a field. `editAll` sets the gathered numbers, and says whether there are any; `release` lets them go. */
export function useScrub(place: NumberPlace) {
  const field = useRef<HTMLInputElement>(null);
  const now = useRef(place);
  now.current = place;
  const gathered = useRef<readonly HTMLElement[]>([]);
  useEffect(() => {
    const element = field.current;
    if (element === null) return;
    fields.set(element, () => now.current);
    return () => void fields.delete(element);
  }, []);
  return {
    field,
    onPointerDown: (down: React.PointerEvent<HTMLInputElement>) => {
      if (busy(down)) return;
      new FieldDrag(down.currentTarget, down, (group) => {
        gathered.current = group;
      });
    },
    // The browser would focus the field, select what is in it, and let the hand drag that.
    onMouseDown: (down: React.MouseEvent) => {
      if (!busy(down)) down.preventDefault();
    },
    editAll: (wish: Wish) => {
      const places = gathered.current.flatMap((element) => fields.get(element)?.() ?? []);
      if (places.length === 0) return false;
      setAll(places, wish, `together ${++gestures}`);
      return true;
    },
    release: () => {
      mark(gathered.current, []);
      gathered.current = [];
    },
  };
}

/** Whether a press belongs to the text in a field that is being edited, or to another button. */
const busy = ({ currentTarget, button }: React.MouseEvent) => document.activeElement === currentTarget || button !== 0;

/** A hand that pressed on a field: it clicks, drags the number, or gathers fields first. */
class FieldDrag {
  private readonly gesture = `drag ${++gestures}`;
  private readonly before = useWorkspace.getState().history.past;
  private doing: "press" | "gather" | "scrub" = "press";
  private from: number;
  private group: readonly HTMLElement[] = [];
  private places: readonly NumberPlace[] = [];
  /** What the hand has come to is what there was. */
  private same = true;

  /** `keep` is told which fields the hand gathered and let go of unchanged. */
  constructor(
    private readonly field: HTMLInputElement,
    private readonly down: React.PointerEvent,
    private readonly keep: (group: readonly HTMLElement[]) => void,
  ) {
    this.from = down.clientX;
    field.addEventListener("pointermove", this.moved);
    field.addEventListener("pointerup", this.done);
    field.addEventListener("pointercancel", this.dropped);
    addEventListener("keydown", this.escaped, true);
  }

  private begin(what: "gather" | "scrub"): void {
    if (this.doing === "press") {
      this.field.setPointerCapture(this.down.pointerId);
      this.group = [this.field];
    }
    this.doing = what;
    this.places = this.group.flatMap((element) => fields.get(element)?.() ?? []);
  }

  private readonly moved = (move: PointerEvent): void => {
    const [dx, dy] = [Math.abs(move.clientX - this.from), Math.abs(move.clientY - this.down.clientY)];
    if (this.doing === "press") {
      if (dx >= THRESHOLD && dx >= dy) this.begin("scrub");
      else if (dy >= THRESHOLD && this.down.pointerType === "mouse") this.begin("gather");
    } else if (this.doing === "gather" && dx >= SIDEWAYS) {
      this.begin("scrub");
      this.from = move.clientX;
    }
    if (this.doing === "scrub") this.scrub(move);
    else if (this.doing === "gather") {
      const passed = between(this.field, this.down.clientY, move.clientY);
      mark(this.group, passed);
      this.group = passed;
    }
  };

  private scrub(move: PointerEvent): void {
    const steps = Math.trunc((move.clientX - this.from) / PIXELS_A_STEP);
    const wish = ({ value, widget }: NumberPlace) => scrubbed(value, steps, move, widget);
    this.same = this.places.every((place) => wish(place) === place.value);
    setAll(this.places, wish, this.gesture);
  }

  private readonly done = (): void => {
    this.stop();
    if (this.doing === "scrub" && this.same) this.restore();
    if (this.doing !== "scrub") this.field.focus();
    if (this.doing === "gather" && this.group.length > 1) this.keep(this.group);
    else mark(this.group, []);
  };

  private readonly dropped = (): void => {
    this.stop();
    mark(this.group, []);
    this.restore();
  };

  private readonly escaped = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || this.doing === "press") return;
    event.stopPropagation();
    this.dropped();
  };

  /** Forget the step of this drag, if it made one. */
  private restore(): void {
    if (this.doing === "scrub" && useWorkspace.getState().history.past !== this.before) undoEdit();
  }

  private stop(): void {
    this.field.removeEventListener("pointermove", this.moved);
    this.field.removeEventListener("pointerup", this.done);
    this.field.removeEventListener("pointercancel", this.dropped);
    removeEventListener("keydown", this.escaped, true);
  }
}

/** The number fields that a hand passes on its way up or down from one. */
function between(field: HTMLElement, start: number, end: number): HTMLElement[] {
  const column = field.getBoundingClientRect();
  const middle = (column.left + column.right) / 2;
  const [top, bottom] = [Math.min(start, end), Math.max(start, end)];
  return [...fields.keys()].filter((other) => {
    if (other === field) return true;
    const box = other.getBoundingClientRect();
    if (box.left > middle || box.right < middle || box.bottom < top || box.top > bottom) return false;
    // What a panel hides was not passed.
    return document.elementFromPoint(middle, (box.top + box.bottom) / 2) === other;
  });
}

function mark(before: readonly HTMLElement[], now: readonly HTMLElement[]): void {
  for (const field of before) if (!now.includes(field)) delete field.dataset.gathered;
  for (const field of now) field.dataset.gathered = "";
}
