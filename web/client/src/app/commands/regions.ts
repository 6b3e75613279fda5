/** F6 goes through the regions of the page, each time to where the focus last was in them. */

const ORDER = ["bar", "rail", "panel", "view", "canvas", "inspector", "strip"];
const FOCUSABLE = "button:not(:disabled), input:not(:disabled), select, textarea, a[href], [tabindex='0']";

const last = new WeakMap<Element, HTMLElement>();

/** Remember where the focus is in each region. Returns how to stop. */
export function watchRegions(): () => void {
  const remember = ({ target }: FocusEvent) => {
    const region = target instanceof HTMLElement ? target.closest("[data-region]") : null;
    if (region !== null && target instanceof HTMLElement) last.set(region, target);
  };
  addEventListener("focusin", remember);
  return () => removeEventListener("focusin", remember);
}

function regions(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-region]")]
    .filter((region) => region.checkVisibility() && region.closest("[inert]") === null)
    .sort((a, b) => ORDER.indexOf(a.dataset.region ?? "") - ORDER.indexOf(b.dataset.region ?? ""));
}

/** Put the focus into the next region, or with -1 into the one before. */
export function cycleRegions(direction: 1 | -1): void {
  const all = regions();
  const here = all.findIndex((region) => region.contains(document.activeElement));
  const start = here < 0 && direction < 0 ? 0 : here;
  const next = all[(start + direction + all.length) % all.length];
  if (next === undefined) return;
  const before = last.get(next);
  const known = before !== undefined && next.contains(before) && before.checkVisibility() ? before : undefined;
  const target =
    known ?? (next.tabIndex >= -1 && next.hasAttribute("tabindex") ? next : next.querySelector<HTMLElement>(FOCUSABLE));
  target?.focus();
}
