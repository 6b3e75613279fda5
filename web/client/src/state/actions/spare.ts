/** Spare copies of drafts in this browser, for what the server has not acknowledged; and the order of its tabs. */

import type { DraftState } from "@/api/drafts";

export interface Spare {
  /** The draft's. */
  id: string;
  /** The record of the server's journal that it was made from; null: the server has none. */
  head: number | null;
  state: DraftState;
}

const KEY = "noiseloom.spare.";
const ORDER = "noiseloom.tabs";

/** Keep it. Storage may be full or refused; the journal on the server does not depend on it. */
export function keepSpare(spare: Spare): void {
  keep(KEY + spare.id, spare);
}

/** The server has all of it. */
export function dropSpare(id: string): void {
  try {
    localStorage.removeItem(KEY + id);
  } catch {
    // As in `keep`.
  }
}

export function readSpares(): Spare[] {
  return keys().flatMap((key) => {
    const spare = key.startsWith(KEY) ? (read(key) as Partial<Spare> | null) : null;
    const whole = typeof spare?.id === "string" && typeof spare.state?.document === "object";
    return whole ? [spare as Spare] : [];
  });
}

export interface TabOrder {
  order: readonly string[];
  active: string;
}

/** Keep the order of the tabs; for this window's next load, and for the browser's next start. */
export function keepOrder(order: TabOrder): void {
  keep(ORDER, order);
  try {
    sessionStorage.setItem(ORDER, JSON.stringify(order));
  } catch {
    // As above.
  }
}

/** The order this window had, else the one that the browser's last window had. */
export function readOrder(): { window: TabOrder | null; browser: TabOrder | null } {
  return { window: read(ORDER, sessionStorageOr()) as TabOrder | null, browser: read(ORDER) as TabOrder | null };
}

function sessionStorageOr(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

function keys(): string[] {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Full, or refused in a private window.
  }
}

function read(key: string, storage?: Storage | null): unknown {
  try {
    return JSON.parse((storage ?? localStorage).getItem(key) ?? "null");
  } catch {
    return null;
  }
}
