import { expect, test } from "vitest";
import { reportText, withoutHome } from "@/features/system/report";

test.each([
  ["/home/ada/pictures/a.png", "~/pictures/a.png"],
  ["File '/Users/ada lovelace'", "File '~ lovelace'"],
  ["C:\\Users\\Ada\\x.ckpt", "~\\x.ckpt"],
  ["/opt/noiseloom/home/x", "/opt/noiseloom/home/x"],
])("%s names nobody", (given, wanted) => expect(withoutHome(given)).toBe(wanted));

test("a report can be made before anything has answered, and holds only the log's end", () => {
  const log = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  const text = reportText({ system: null, places: [], plugins: null, log, browser: "B" });
  expect(text).toContain("Browser: B");
  expect(text).toContain("line 99");
  expect(text).not.toContain("line 39\n");
});

test("failed plug-ins are named with their cause, without the person's folder", () => {
  const plugin = {
    name: "ink",
    path: "/home/ada/ink",
    state: "failed",
    nodes: [],
    seconds: 0,
    notes: [],
    details: "",
  } as const;
  const plugins = { ready: true, plugins: [{ ...plugin, nodes: [], notes: [], cause: "line 3 of /home/ada/ink.py" }] };
  const text = reportText({ system: null, places: [], plugins, log: [], browser: "B" });
  expect(text).toContain("Plug-in ink: failed, 0 nodes; line 3 of ~/ink.py");
  expect(text).not.toContain("ada");
});
