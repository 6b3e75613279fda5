/** Pictures in rows of one width, each row as high as its pictures' shapes ask for: no picture is cut, no row is ragged. */

export interface Sized {
  id: number;
  width?: number | null;
  height?: number | null;
  made: number;
}

export interface Cell {
  /** The picture's place in the list. */
  index: number;
  left: number;
  width: number;
}

export interface Row {
  top: number;
  height: number;
  /** The day, as `2026-11-21`, of a heading; "" for a row of pictures. */
  day: string;
  cells: readonly Cell[];
}

export interface Layout {
  rows: readonly Row[];
  height: number;
  /** What was laid out, how, and where to go on when more pictures follow. */
  of: readonly Sized[];
  shape: Shape;
  end: End;
}

export interface Shape {
  /** Of the rows, and about how high they are; between pictures. In pixels. */
  width: number;
  target: number;
  gap: number;
  /** Whether a heading stands before each day's first. */
  days: boolean;
}

/** Before the last row, which may be ragged: how many rows there are, where the next one stands and begins, and its day. */
interface End {
  rows: number;
  top: number;
  start: number;
  day: string;
}

const BEGINNING: End = { rows: 0, top: 0, start: 0, day: "" };

const NARROWEST = 0.4;
const WIDEST = 4;
const HEADING = 36;

/** A picture's width by its height; shapes beyond any use are cut. */
export function aspectOf({ width, height }: Pick<Sized, "width" | "height">): number {
  if (width == null || height == null || width <= 0 || height <= 0) return 1;
  return Math.min(WIDEST, Math.max(NARROWEST, width / height));
}

/** The day of a moment on this person's clock. */
export function dayOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Whether a layout is that of the first of these pictures, so that only what follows is to be laid out. */
function leadsTo({ of, shape }: Layout, pictures: readonly Sized[], wanted: Shape): boolean {
  const last = of.length - 1;
  const same = (Object.keys(wanted) as (keyof Shape)[]).every((key) => shape[key] === wanted[key]);
  return same && last >= 0 && last < pictures.length && of[0] === pictures[0] && of[last] === pictures[last];
}

/** Pictures in rows. `before`: an earlier layout, which is gone on with if more pictures have come behind its own. */
export function justify(pictures: readonly Sized[], shape: Shape, before: Layout | null = null): Layout {
  const { width, target, gap, days } = shape;
  const known = before !== null && leadsTo(before, pictures, shape) ? before : null;
  const from = known?.end ?? BEGINNING;
  const rows: Row[] = known?.rows.slice(0, from.rows) ?? [];
  let { top, start, day: today } = from;
  let shapes = 0;
  const close = (end: number, full: boolean) => {
    if (end <= start) return;
    const room = width - gap * (end - start - 1);
    const height = full ? room / shapes : Math.min(target, room / shapes);
    const cells: Cell[] = [];
    let left = 0;
    for (let index = start; index < end; index += 1) {
      const cell = aspectOf(pictures[index] as Sized) * height;
      cells.push({ index, left, width: cell });
      left += cell + gap;
    }
    rows.push({ top, height, day: "", cells });
    top += height + gap;
    start = end;
    shapes = 0;
  };
  for (let index = start; index < pictures.length; index += 1) {
    const picture = pictures[index] as Sized;
    const day = days ? dayOf(picture.made) : "";
    if (day !== today) {
      close(index, false);
      today = day;
      rows.push({ top, height: HEADING, day, cells: [] });
      top += HEADING;
    }
    shapes += aspectOf(picture);
    if (shapes * target + gap * (index - start) >= width) close(index + 1, true);
  }
  const end: End = { rows: rows.length, top, start, day: today };
  close(pictures.length, false);
  return { rows, height: Math.max(0, top - gap), of: pictures, shape, end };
}

/** The first and last row that touch a stretch of the list; last < first when none does. */
export function rowsWithin({ rows }: Layout, from: number, to: number): [number, number] {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle] as Row;
    if (row.top + row.height < from) low = middle + 1;
    else high = middle;
  }
  let last = low - 1;
  while (last + 1 < rows.length && (rows[last + 1] as Row).top <= to) last += 1;
  return [low, last];
}

/** The picture that an arrow key leads to from the one at `index`; null at an edge. */
export function neighbour(layout: Layout, index: number, key: string, count: number): number | null {
  if (key === "Home") return count > 0 ? 0 : null;
  if (key === "End") return count > 0 ? count - 1 : null;
  if (key === "ArrowLeft") return index > 0 ? index - 1 : null;
  if (key === "ArrowRight") return index < count - 1 ? index + 1 : null;
  const step = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (step === undefined) return null;
  const at = layout.rows.findIndex((row) => row.cells.some((cell) => cell.index === index));
  const cell = layout.rows[at]?.cells.find((item) => item.index === index);
  if (cell === undefined) return null;
  const middle = cell.left + cell.width / 2;
  for (let row = at + step; row >= 0 && row < layout.rows.length; row += step) {
    const cells = (layout.rows[row] as Row).cells;
    if (cells.length === 0) continue;
    const off = (item: Cell) => Math.abs(item.left + item.width / 2 - middle);
    return cells.reduce((best, item) => (off(item) < off(best) ? item : best)).index;
  }
  return null;
}
