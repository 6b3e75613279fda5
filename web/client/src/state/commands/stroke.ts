/** Reading keys: by letter where the key is one ASCII character, else by its place; digits always by place. */

export const MAC = /mac|iphone|ipad/i.test(navigator.platform);

/**
 * The stroke of an event as text, such as `Mod+Shift+Z`, or null where there is none: while an input method composes,
 * or for a modifier alone. `Mod` is Ctrl, or ⌘ on macOS, where `Ctrl` stands for itself.
 */
export function strokeOf(event: KeyboardEvent, mac = MAC): string | null {
  if (event.isComposing || event.keyCode === 229) return null;
  if (/^(Shift|Control|Alt|AltGraph|Meta|CapsLock|Dead|Unidentified)$/.test(event.key) && !isPlace(event)) return null;
  if (!mac && event.metaKey) return null;
  const key = keyName(event);
  // AltGr writes characters on many keyboards and reports itself as Ctrl+Alt: it is neither.
  const writes = event.getModifierState("AltGraph");
  return join({
    mod: !writes && (mac ? event.metaKey : event.ctrlKey),
    ctrl: mac && event.ctrlKey,
    alt: !writes && event.altKey,
    shift: event.shiftKey,
    key,
  });
}

/** A dead key still has a place, and with Option held most letters of macOS are dead or foreign. */
const isPlace = ({ key, code }: KeyboardEvent) => key === "Dead" && /^(Key|Digit)/.test(code);

const PLACES: Record<string, string> = {
  Period: ".",
  Comma: ",",
  Slash: "/",
  Backslash: "\\",
  Backquote: "`",
  BracketLeft: "[",
  BracketRight: "]",
  Minus: "-",
  Equal: "=",
  Semicolon: ";",
  Quote: "'",
};

function keyName({ key, code }: KeyboardEvent): string {
  if (/^Digit\d$/.test(code)) return code.slice(5);
  if (key === " ") return "Space";
  if (/^[\x21-\x7e]$/.test(key)) return key.toUpperCase();
  if (/^Key[A-Z]$/.test(code)) return code.slice(3);
  return key.length > 1 && key !== "Dead" ? key : (PLACES[code] ?? key);
}

interface Parts {
  mod: boolean;
  ctrl: boolean;
  alt: boolean;
  shift: boolean;
  key: string;
}

function join({ mod, ctrl, alt, shift, key }: Parts): string {
  // Shift is already in a sign such as `?`, and where it stands differs between layouts: it is not asked for twice.
  const sign = /^[\x21-\x7e]$/.test(key) && !/[A-Z0-9]/.test(key);
  const words = [mod && "Mod", ctrl && "Ctrl", alt && "Alt", shift && !sign && "Shift", key];
  return words.filter((word) => word !== false).join("+");
}

/** A binding as `strokeOf` would read it. Outside macOS `Ctrl` and `Mod` are the same key. */
export function canonical(binding: string, mac = MAC): string {
  const plus = binding.endsWith("++") || binding === "+";
  const words = (plus ? binding.slice(0, -1) : binding).split("+").filter((word) => word !== "");
  const has = (word: string) => words.includes(word);
  const key = plus ? "+" : (words.at(-1) ?? "");
  return join({
    mod: has("Mod") || (!mac && has("Ctrl")),
    ctrl: mac && has("Ctrl"),
    alt: has("Alt"),
    shift: has("Shift"),
    key: key.length === 1 ? key.toUpperCase() : key,
  });
}

/** Whether a stroke means something to a text field, so that it must not be taken from one. */
export function writes(stroke: string): boolean {
  return !/^(Mod|Ctrl)\+/.test(stroke) && !/^(Alt\+)?(Shift\+)?F\d+$/.test(stroke);
}

const SHORT: Record<string, string> = {
  Delete: "Del",
  Escape: "Esc",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
};
const SIGNS: Record<string, string> = { Mod: "⌘", Ctrl: "⌃", Alt: "⌥", Shift: "⇧", Enter: "↩", Backspace: "⌫" };

/** A binding as people read it: `Ctrl+Shift+Z`, or `⇧⌘Z` on macOS. */
export function keyLabel(binding: string, mac = MAC): string {
  const stroke = canonical(binding, mac);
  const key = stroke === "+" || stroke.endsWith("++") ? "+" : (stroke.split("+").at(-1) ?? "");
  const held = stroke
    .slice(0, stroke.length - key.length)
    .split("+")
    .filter((word) => word !== "");
  if (!mac) return [...held.map((word) => (word === "Mod" ? "Ctrl" : word)), SHORT[key] ?? key].join("+");
  const order = ["Ctrl", "Alt", "Shift", "Mod"];
  const signs = order.filter((word) => held.includes(word)).map((word) => SIGNS[word]);
  return [...signs, SIGNS[key] ?? SHORT[key] ?? key].join("");
}
