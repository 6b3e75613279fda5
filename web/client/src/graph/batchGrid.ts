/** A batch's cells as a table: the last axis along the columns, what lies before it along the rows. */

export interface AxisWords {
  title: string;
  /** One heading a step: the values of its inputs there. */
  steps: readonly (readonly unknown[])[];
}

interface ApiAxis {
  title: string;
  inputs: readonly { values: readonly unknown[] }[];
}

/** The headings of an axis. Inputs that vary together share one. */
export function axisWords(axis: ApiAxis): AxisWords {
  const length = axis.inputs[0]?.values.length ?? 0;
  const steps = Array.from({ length }, (_, step) => axis.inputs.map((input) => input.values[step]));
  return { title: axis.title, steps };
}

export interface GridRow<Cell> {
  /** The row's step on every axis but the last. */
  steps: readonly number[];
  cells: readonly (Cell | undefined)[];
}

/** The rows of the table, in order. A cell that is not known (its job was deleted) stays empty. */
export function gridRows<Cell extends { index: number }>(
  axes: readonly ApiAxis[],
  cells: readonly Cell[],
): GridRow<Cell>[] {
  const lengths = axes.map((axis) => axis.inputs[0]?.values.length ?? 0);
  const columns = lengths.at(-1) ?? 0;
  if (columns === 0) return [];
  const byIndex = new Map(cells.map((cell) => [cell.index, cell]));
  const count = lengths.slice(0, -1).reduce((product, length) => product * length, 1);
  return Array.from({ length: count }, (_, row) => ({
    steps: stepsOf(row, lengths.slice(0, -1)),
    cells: Array.from({ length: columns }, (_, column) => byIndex.get(row * columns + column)),
  }));
}

function stepsOf(index: number, lengths: readonly number[]): number[] {
  let rest = index;
  return lengths
    .toReversed()
    .map((length) => {
      const step = rest % length;
      rest = Math.floor(rest / length);
      return step;
    })
    .toReversed();
}
