/** Views fill the window instead of the canvas: the gallery, a form. Each has an address after `#/`. */

import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";
import { create } from "zustand";

export interface ViewProps {
  /** What follows the view's id in the address, decoded: `first` of `#/form/first`; "" when nothing does. */
  path: string;
}

export interface View {
  /** Its first word in the address: `gallery` for `#/gallery`. `view.<id>` is its command. */
  id: string;
  title: string;
  icon: LucideIcon;
  key?: string;
  /** Without the page's own bar and strip: the view has the whole window. */
  bare?: boolean;
  /** Not in the rail and the command palette: it makes no sense without a path. */
  hidden?: boolean;
  load: () => Promise<{ default: ComponentType<ViewProps> }>;
}

interface Views {
  list: readonly View[];
  /** The view in the address, or null for the canvas. */
  current: { id: string; path: string } | null;
  /** The view that the shown one was opened from, if one was. */
  before: { id: string; path: string } | null;
}

export const useViews = create<Views>(() => ({ list: [], current: read(), before: null }));

function read(): Views["current"] {
  const [, id, path = ""] = /^#\/([\w-]+)(?:\/(.*))?$/.exec(location.hash) ?? [];
  if (id === undefined) return null;
  try {
    return { id, path: decodeURIComponent(path) };
  } catch {
    return { id, path: "" };
  }
}

/** Follow the address. Returns how to stop. */
export function watchAddress(): () => void {
  const follow = () => useViews.setState({ current: read() });
  addEventListener("hashchange", follow);
  return () => removeEventListener("hashchange", follow);
}

/** Add views. Returns how to take them away. */
export function registerViews(views: readonly View[]): () => void {
  useViews.setState((state) => ({ list: [...state.list, ...views] }));
  return () => useViews.setState((state) => ({ list: state.list.filter((view) => !views.includes(view)) }));
}

export function openView(id: string, path = ""): void {
  location.hash = path === "" ? `#/${id}` : `#/${id}/${encodeURIComponent(path)}`;
  useViews.setState(({ current, before }) => ({
    current: { id, path },
    before: current?.id === id ? before : current,
  }));
}

/** Back to the canvas. */
export function closeView(): void {
  history.pushState(null, "", location.pathname + location.search);
  useViews.setState({ current: null, before: null });
}

/** Back to a form when the shown view was opened from one, else to the canvas. */
export function leaveView(): void {
  const { before } = useViews.getState();
  if (before?.id === "form") openView(before.id, before.path);
  else closeView();
}

export function toggleView(id: string): void {
  if (useViews.getState().current?.id === id) closeView();
  else openView(id);
}
