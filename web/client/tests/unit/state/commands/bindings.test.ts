// @vitest-environment happy-dom

import { beforeEach, expect, test } from "vitest";
import { ALL_COMMANDS } from "@/app/commands/all";
import { ALL_PANELS } from "@/app/panels/all";
import { ALL_VIEWS } from "@/app/views/all";
import { bind, choosePreset, keysOf, sharersOf, strokeTable, takeStroke, unbindAll } from "@/state/commands/bindings";
import type { Command } from "@/state/commands/command";
import { PRESETS, refusalOf } from "@/state/commands/presets";
import { panelCommand, viewCommand } from "@/state/commands/shown";
import { canonical } from "@/state/commands/stroke";
import { registerCommands } from "@/state/commands/table";

const command = (id: string, keys: string[]): Command => ({
  id,
  title: id,
  group: "edit",
  scope: "canvas",
  keys,
  run: () => undefined,
});
const [a, b] = [command("test.a", ["Mod+Alt+7"]), command("test.b", ["Mod+Alt+8"])];
const idsOf = (stroke: string) => (strokeTable().get(canonical(stroke)) ?? []).map(({ id }) => id);

beforeEach(() => {
  unbindAll();
  choosePreset("default");
  return registerCommands([a, b]);
});

test("a chosen key counts instead of the command's own, and goes back to it", () => {
  bind("test.a", ["F9"]);
  expect([idsOf("F9"), idsOf("Mod+Alt+7")]).toEqual([["test.a"], []]);
  bind("test.a", null);
  expect([idsOf("F9"), idsOf("Mod+Alt+7")]).toEqual([[], ["test.a"]]);
});

test("a key that another command has is named, and can be taken from it", () => {
  expect(sharersOf("Mod+Alt+8", a).map(({ id }) => id)).toEqual(["test.b"]);
  takeStroke("Mod+Alt+8", a);
  expect(idsOf("Mod+Alt+8")).toEqual(["test.a"]);
  expect(keysOf(b)).toEqual([]);
  expect(keysOf(a)).toEqual(["Mod+Alt+7", "Mod+Alt+8"]);
});

test("two commands of one id are refused", () => {
  expect(() => registerCommands([a])).toThrow("test.a");
});

const everything = [...ALL_PANELS.map(panelCommand), ...ALL_VIEWS.map(viewCommand), ...ALL_COMMANDS];

test("ids are unique, and no shipped key belongs to the browser or an input method", () => {
  const ids = everything.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  const keys = [
    ...everything.flatMap(({ keys: own }) => own ?? []),
    ...Object.values(PRESETS).flatMap((p) => Object.values(p).flat()),
  ];
  expect(keys.filter((key) => refusalOf(canonical(key, false)) !== null)).toEqual([]);
});

test.each(["default", "comfyui", "blender"] as const)(
  "%s: of commands that share a key, all but the last say when they are meant",
  (preset) => {
    const owners = new Map<string, Command[]>();
    for (const item of everything) {
      for (const key of keysOf(item, { preset, own: {} })) {
        owners.set(canonical(key, false), [...(owners.get(canonical(key, false)) ?? []), item]);
      }
    }
    const always = (sharers: Command[]) => sharers.slice(0, -1).filter((sharer) => sharer.when === undefined);
    const hidden = [...owners].filter(([, sharers]) => always(sharers).length > 0);
    expect(hidden.map(([stroke, sharers]) => [stroke, sharers.map(({ id }) => id)])).toEqual([]);
  },
);
