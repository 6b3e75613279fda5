// @vitest-environment happy-dom

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { notifyEnd } from "@/state/actions/desktop";
import { prefer } from "@/state/page/preferences";
import { newRunView } from "@/state/runs/runView";

const told: string[] = [];
const ended = (seconds: number) => ({ ...newRunView("job-1"), state: "succeeded" as const, seconds });
const hide = (hidden: boolean) => vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);

beforeEach(() => {
  told.length = 0;
  vi.stubGlobal(
    "Notification",
    class {
      static permission = "granted";
      constructor(title: string) {
        told.push(title);
      }
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test.each([
  ["a long job on a hidden page", true, 30, true, 1],
  ["a short job", true, 12, true, 0],
  ["a page that is looked at", true, 30, false, 0],
  ["a person who did not ask for it", false, 30, true, 0],
])("%s", (_, wanted, seconds, hidden, times) => {
  prefer({ notifyDone: wanted });
  hide(hidden);
  notifyEnd(ended(seconds));
  expect(told.length).toBe(times);
});
