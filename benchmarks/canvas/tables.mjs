/** What the sessions measured, as tables: our figure, each peer's, and how many times ours a peer's is. */

const rounded = (value) => (value >= 100 ? Math.round(value) : Math.round(value * 10) / 10);

/** p95 of times between frames, and the percentages of frames over 20 and over 35 ms. */
export function spread(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const over = (limit) => (100 * sorted.filter((time) => time > limit).length) / sorted.length;
  return { p95: sorted[Math.floor((sorted.length - 1) * 0.95)], over20: over(20), over35: over(35) };
}

/** A session in one line. */
export function summary({ frames, ...rest }) {
  const line = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, tidy(value)]));
  for (const [name, times] of Object.entries(frames)) {
    const { p95, over20, over35 } = spread(times);
    line[name] = [p95, over20, over35].map(rounded).join(" / ");
  }
  return line;
}

const tidy = (value) => (typeof value === "number" ? rounded(value) : value);

/** Every table, in Markdown: what opening costs, then the gestures. */
export function tables(results) {
  const sizes = [...new Set(results.map(({ nodes }) => nodes))];
  const pages = [...new Set(results.map(({ page }) => page))];
  return [costs(results, pages, sizes), gestures(results, pages, sizes)].join("\n\n");
}

const COSTS = [
  ["start to interactive, ms", "interactive"],
  ["scripts and styles fetched until then, kB gzip", "scripts"],
  ["open the workflow, ms", "open"],
  ["JavaScript heap, MB", "heap"],
  ["the page's process, MB", "process"],
  ["a fixed loop beside it, ms", "loop"],
];

function costs(results, pages, sizes) {
  const rows = sizes.flatMap((nodes) =>
    COSTS.filter(([, key]) => nodes === sizes[0] || !["interactive", "scripts"].includes(key)).map(([label, key]) => {
      const once = ["interactive", "scripts"].includes(key);
      const figures = pages.map((page) =>
        median(results.filter((item) => item.page === page && (once || item.nodes === nodes)).map((item) => item[key])),
      );
      return [once ? "" : String(nodes), label, ...compared(figures)];
    }),
  );
  return table(["nodes", "", ...pages], rows);
}

/** Frames of every round together: p95, and the shares over 20 and over 35 ms. */
function gestures(results, pages, sizes) {
  const names = Object.keys(results[0].frames);
  const rows = sizes.flatMap((nodes) =>
    names.map((name) => {
      const of = (page) => results.filter((item) => item.page === page && item.nodes === nodes);
      const spreads = pages.map((page) => spread(of(page).flatMap((item) => item.frames[name])));
      const cells = spreads.map(
        ({ p95, over20, over35 }) => `${p95.toFixed(0)} · ${over20.toFixed(0)} % · ${over35.toFixed(0)} %`,
      );
      const ratios = spreads.slice(1).map(({ p95 }) => `${(p95 / spreads[0].p95).toFixed(1)} ×`);
      return [String(nodes), name, ...cells, ...ratios];
    }),
  );
  return table(
    ["nodes", "p95 ms · over 20 ms · over 35 ms", ...pages, ...pages.slice(1).map(() => "p95, times ours")],
    rows,
  );
}

/** Ours as it is; a peer's with its ratio to ours. */
function compared([own, ...others]) {
  return [String(rounded(own)), ...others.map((other) => `${rounded(other)} (${(other / own).toFixed(1)} ×)`)];
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function table(heads, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const rule = line(heads.map((_, at) => (at < 2 ? "---" : "---:")));
  return [line(heads), rule, ...rows.map(line)].join("\n");
}
