/** Reading keys: by letter where the key is one ASCII character, else by its place; digits always by place. */

export interface Stroke {
  key: string;
  mod: boolean;
  shift: boolean;
  alt: boolean;
}

/** The stroke of an event, or null while an input method composes. `Mod` is Ctrl, or ⌘ on macOS. */
export function strokeOf(event: KeyboardEvent, mac: boolean): Stroke | null {
  if (event.isComposing || event.keyCode === 229) return null;
  return {
    key: keyName(event),
    mod: mac ? event.metaKey : event.ctrlKey,
    shift: event.shiftKey,
    alt: event.altKey,
  };
}

function keyName({ key, code }: KeyboardEvent): string {
  if (/^Digit\d$/.test(code)) return code.slice(5);
  if (key.length > 1 && key !== "Process") return key;
  if (/^[\x21-\x7e]$/.test(key)) return key.toLowerCase();
  if (/^Key[A-Z]$/.test(code)) return code.slice(3).toLowerCase();
  return { Period: ".", Slash: "/" }[code] ?? key;
}

/** A stroke as text: `mod+shift+z`. */
export function strokeText({ key, mod, shift, alt }: Stroke): string {
  // Shift is already in `?`: it is not asked for twice.
  const parts = [mod ? "mod" : "", alt ? "alt" : "", shift && key !== "?" ? "shift" : "", key];
  return parts.filter((part) => part !== "").join("+");
}
