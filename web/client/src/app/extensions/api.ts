/** What an extension's function is called with. Version 1; docs/extensions.md is its reference. */

import { Puzzle } from "lucide-react";
import { createElement } from "react";
import type { EventFrame } from "@/api/types";
import { setWidget } from "@/graph/commands/widgets";
import { panelCommand } from "@/state/commands/shown";
import { registerCommands } from "@/state/commands/table";
import { extensionFailed, type ForeignValue, guarded, listen, registerWidget } from "@/state/page/extensions";
import { notify } from "@/state/page/notices";
import { openPanel, type Panel, registerPanels } from "@/state/page/panels";
import { usePreferences } from "@/state/page/preferences";
import { useSelection } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";
import { ForeignPanel } from "./ForeignPanel";

export const API_VERSION = 1;

type Text = string | { en: string; "zh-CN"?: string };
type Mount = (element: HTMLElement) => (() => void) | undefined;

export interface ExtensionApi {
  readonly version: 1;
  readonly name: string;
  readonly language: () => "en" | "zh-CN";
  readonly commands: { register(command: ForeignCommand): () => void };
  readonly panels: { register(panel: ForeignPanelSpec): () => void; open(id: string): void };
  readonly widgets: { register(widget: ForeignWidgetSpec): () => void };
  readonly on: (type: string, told: (event: EventFrame) => void) => () => void;
  readonly workflow: {
    document(): unknown;
    selected(): readonly string[];
    setWidget(node: string, input: string, value: string | number | boolean): void;
  };
  readonly notify: (text: string, kind?: "info" | "warning" | "error") => void;
  readonly storage: {
    get(key: string): unknown;
    set(key: string, value: unknown): void;
    remove(key: string): void;
  };
}

export interface ForeignCommand {
  id: string;
  title: Text;
  keys?: readonly string[];
  when?: () => boolean;
  run: () => void;
}

export interface ForeignPanelSpec {
  id: string;
  title: Text;
  side?: "left" | "right";
  width?: number;
  mount: Mount;
}

export interface ForeignWidgetSpec {
  node: string;
  input: string;
  mount: (element: HTMLElement, value: ForeignValue) => (() => void) | undefined;
}

/** The interface for one extension. Everything it registers is taken away by `end`. */
export function makeApi(name: string): { api: ExtensionApi; end: () => void } {
  const undo: (() => void)[] = [];
  const kept = (take: () => void) => {
    undo.push(take);
    return take;
  };
  const own = (id: string) => `${name}.${id}`;
  const say = (text: Text) => (typeof text === "string" ? text : (text[usePreferences.getState().language] ?? text.en));
  const api: ExtensionApi = {
    version: API_VERSION,
    name,
    language: () => usePreferences.getState().language,
    commands: {
      register: ({ id, title, keys, when, run: act }) =>
        kept(
          registerCommands([
            {
              id: own(id),
              title: say(title),
              group: "extensions",
              scope: "page",
              ...(keys === undefined ? {} : { keys }),
              when: () => when === undefined || guarded(name, `command ${id}`, when) === true,
              run: () => void guarded(name, `command ${id}`, act),
            },
          ]),
        ),
    },
    panels: {
      register: ({ id, title, side = "left", width, mount }) => {
        const panel: Panel = {
          id: own(id),
          title: say(title),
          icon: Puzzle,
          side,
          ...(width === undefined ? {} : { width }),
          load: async () => ({ default: () => createElement(ForeignPanel, { extension: name, id, mount }) }),
        };
        const forget = [registerPanels([panel]), registerCommands([panelCommand(panel)])];
        return kept(() => {
          for (const take of forget) take();
        });
      },
      open: (id) => openPanel(own(id)),
    },
    widgets: { register: (widget) => kept(registerWidget({ ...widget, extension: name })) },
    on: (type, told) => kept(listen(name, type, told)),
    workflow: {
      document: currentDocument,
      selected: () => useSelection.getState().nodes,
      setWidget: (node, input, value) => run(setWidget(node, input, value)),
    },
    notify: (text, kind = "info") => notify(kind, text),
    storage: storageOf(name),
  };
  const end = () => {
    for (const take of undo.splice(0).reverse()) {
      try {
        take();
      } catch (error) {
        extensionFailed(name, "end", error);
      }
    }
  };
  return { api: Object.freeze(api), end };
}

function storageOf(name: string): ExtensionApi["storage"] {
  const place = (key: string) => `noiseloom.extension.${name}.${key}`;
  return {
    get: (key) => {
      const text = localStorage.getItem(place(key));
      return text === null ? undefined : (JSON.parse(text) as unknown);
    },
    set: (key, value) => localStorage.setItem(place(key), JSON.stringify(value)),
    remove: (key) => localStorage.removeItem(place(key)),
  };
}
