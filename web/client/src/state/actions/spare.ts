/** A spare copy of the shown draft in this browser, for what the server has not acknowledged. */

import type { DraftState } from "@/api/drafts";

export interface Spare {
  id: string;
  /** The record of the server's journal that it was made from. */
  head: number | null;
  /** Whether the server has all of it. */
  kept: boolean;
  state: DraftState;
}

const KEY = "noiseloom.draft";
const ORDER = "noiseloom.tabs";

/** Keep it. Storage may be full or refused; the journal on the server does not depend on it. */
export function keepSpare(spare: Spare): void {
  keep(KEY, spare);
}

export function readSpare(): Spare | null {
  const spare = read(KEY) as Partial<Spare> | null;
  const whole = typeof spare?.id === "string" && typeof spare.state?.document === "object";
  return whole ? (spare as Spare) : null;
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
