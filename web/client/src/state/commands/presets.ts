/** Key presets: where they differ from the commands' own keys. Ids that no command has are of no effect. */

export type Keys = Readonly<Record<string, readonly string[]>>;
export type PresetName = "default" | "comfyui" | "blender";

/** The keys of ComfyUI's page and nothing beside them where ours means something else. */
const COMFYUI: Keys = {
  "node.add": [],
  "node.duplicate": [],
  "node.duplicate_wired": [],
  "view.fit_selected": ["."],
  "view.fit": [],
  "view.full": [],
  "page.hide_panels": ["F"],
  "page.commands": ["Mod+K"],
  "page.keys": ["Ctrl+Shift+K"],
  "frame.make": ["Ctrl+G"],
  "arrange.layout": [],
  "run.to_selected": [],
  "node.connect": [],
  "node.swap": [],
};

/** The fingers of Blender's node editor. */
const BLENDER: Keys = {
  "node.add": ["Shift+A"],
  "page.commands": ["F3", "Mod+K"],
  "node.bypass": ["M"],
  "node.mute": ["Ctrl+M"],
  "node.collapse": ["H"],
  "node.duplicate": ["Shift+D"],
  "node.duplicate_wired": ["Mod+Shift+D"],
  "edit.delete": ["X", "Delete"],
  "node.delete_heal": ["Mod+X"],
  "node.connect": ["F"],
  "node.swap": ["Shift+S"],
  "frame.make": ["Mod+J"],
  "frame.ungroup": ["Alt+P"],
  "subgraph.make": ["Mod+G"],
  "subgraph.enter": ["Tab"],
  "subgraph.leave": ["Tab"],
  "view.fit": ["Home"],
  "view.fit_selected": ["."],
  "select.all": ["A", "Mod+A"],
  "select.none": ["Alt+A", "Escape"],
  "panel.inspector": ["N"],
  "panel.nodes": [],
  "panel.gallery": [],
  "panel.models": [],
  "view.gallery": [],
  "tool.hand": [],
  "arrange.left": [],
};

export const PRESETS: Readonly<Record<PresetName, Keys>> = { default: {}, comfyui: COMFYUI, blender: BLENDER };

/** Why a stroke cannot be bound: the browser keeps it for itself, or an input method does. Null when it can. */
export function refusalOf(stroke: string): "browser" | "ime" | null {
  if (BROWSERS.has(stroke) || /^Mod\+\d$/.test(stroke)) return "browser";
  return IMES.has(stroke) ? "ime" : null;
}

const BROWSERS: ReadonlySet<string> = new Set([
  ...["N", "T", "W", "Q", "Tab", "L", "F4"].flatMap((key) => [`Mod+${key}`, `Mod+Shift+${key}`]),
  ...["F5", "F11", "F12", "Mod+R", "Mod+Shift+R", "Mod+Shift+I", "Mod+Shift+J", "Mod+Shift+Delete"],
  ...["Alt+ArrowLeft", "Alt+ArrowRight", "Alt+F4", "Alt+Tab"],
]);
const IMES: ReadonlySet<string> = new Set(["Mod+Space", "Ctrl+Space", "Shift+Space", "Mod+.", "Ctrl+."]);
