/** Front ends of plug-ins: which there are, what became of each, what they have put in the page. */

import { create } from "zustand";
import type { EventFrame } from "@/api/types";
import { t } from "@/i18n/i18n";
import { notify } from "./notices";

export interface ExtensionInfo {
  name: string;
  title: string;
  /** The version of the interface it was written for. */
  api: number;
  entry: string;
  style: string | null;
  /** Whether it runs until the person decides. */
  enabled: boolean;
  problem: string;
}

export type ExtensionState = "off" | "loading" | "loaded" | "failed" | "too_new";

export interface KnownExtension extends ExtensionInfo {
  state: ExtensionState;
  /** What went wrong, in its own words. */
  error: string;
}

interface Extensions {
  list: readonly KnownExtension[];
  /** The page was opened with `?safe=1`: nothing is loaded. */
  safe: boolean;
}

export const useExtensions = create<Extensions>(() => ({
  list: [],
  safe: new URLSearchParams(location.search).get("safe") === "1",
}));

const KEY = "noiseloom.extensions";

/** What the person decided, by name. */
function decided(): Record<string, boolean> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, boolean>;
  } catch {
    return {};
  }
}

export function isWanted({ name, enabled }: ExtensionInfo): boolean {
  return decided()[name] ?? enabled;
}

function decide(name: string, wanted: boolean): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...decided(), [name]: wanted }));
  } catch {
    // Without storage the decision lasts as long as the page.
  }
}

export function setExtension(name: string, change: Partial<KnownExtension>): void {
  useExtensions.setState((state) => ({
    list: state.list.map((item) => (item.name === name ? { ...item, ...change } : item)),
  }));
}

const told = new Set<string>();

/** Something of an extension threw. It is named once in a notice; the settings keep what it said. */
export function extensionFailed(name: string, place: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  console.warn(`extension ${name}, ${place}:`, error);
  setExtension(name, { state: "failed", error: `${place}: ${reason}` });
  if (told.has(name)) return;
  told.add(name);
  const title = useExtensions.getState().list.find((item) => item.name === name)?.title ?? name;
  notify("error", t("extensions.failed", { title, reason }), {
    label: t("extensions.switch_off"),
    act: () => wantExtension(name, false),
  });
}

let turn: (name: string, on: boolean) => void = () => undefined;

/** The loader says how an extension is switched on and off. */
export function onSwitch(act: typeof turn): void {
  turn = act;
}

/** Switch an extension on or off, now and from now on. */
export function wantExtension(name: string, on: boolean): void {
  decide(name, on);
  turn(name, on);
}

/** It may fail and be told of again. */
export function forgetFailure(name: string): void {
  told.delete(name);
}

/** Call into an extension; what it throws stays with it. */
export function guarded<T>(name: string, place: string, call: () => T): T | undefined {
  try {
    const result = call();
    if (result instanceof Promise) result.catch((error: unknown) => extensionFailed(name, place, error));
    return result;
  } catch (error) {
    extensionFailed(name, place, error);
    return undefined;
  }
}

type Listener = (frame: EventFrame) => void;

const listeners = new Set<{ type: string; extension: string; tell: Listener }>();

/** Listen to events of one type, or of all with "*". Returns how to stop. */
export function listen(extension: string, type: string, tell: Listener): () => void {
  const entry = { type, extension, tell };
  listeners.add(entry);
  return () => void listeners.delete(entry);
}

/** Hand an event to whoever listens. One that throws does not hear again. */
export function tellExtensions(frame: EventFrame): void {
  for (const entry of listeners) {
    if (entry.type !== "*" && entry.type !== frame.event.type) continue;
    try {
      entry.tell(frame);
    } catch (error) {
      listeners.delete(entry);
      extensionFailed(entry.extension, `on ${entry.type}`, error);
    }
  }
}

/** What an extension draws in the place of a widget. */
export interface ForeignWidget {
  extension: string;
  node: string;
  input: string;
  mount: (element: HTMLElement, value: ForeignValue) => (() => void) | undefined;
}

/** The value of a widget, as an extension holds it. */
export interface ForeignValue {
  readonly node: string;
  readonly name: string;
  readonly label: string;
  get(): unknown;
  /** One step of the history; steps that follow each other closely are one. */
  set(value: string | number | boolean): void;
  /** Told when the value changed otherwise, by undo for one. */
  onChange(told: (value: unknown) => void): void;
}

export const useForeignWidgets = create<{ byPlace: ReadonlyMap<string, ForeignWidget> }>(() => ({
  byPlace: new Map(),
}));

export const widgetPlace = (node: string, input: string) => `${node} ${input}`;

/** Put a widget in its place. Returns how to take it away. */
export function registerWidget(widget: ForeignWidget): () => void {
  const place = widgetPlace(widget.node, widget.input);
  useForeignWidgets.setState(({ byPlace }) => ({ byPlace: new Map(byPlace).set(place, widget) }));
  return () =>
    useForeignWidgets.setState(({ byPlace }) => ({
      byPlace: new Map([...byPlace].filter(([, other]) => other !== widget)),
    }));
}
