import type { Translate } from "@/i18n/i18n";
import { dayOf } from "./justify";

/** A day as a person says it: today, yesterday, or its date. */
export function dayWords(t: Translate, language: string, day: string): string {
  const now = Date.now() / 1000;
  if (day === dayOf(now)) return t("gallery.today");
  if (day === dayOf(now - 86_400)) return t("gallery.yesterday");
  const date = new Date(`${day}T12:00:00`);
  return new Intl.DateTimeFormat(language, { dateStyle: "full" }).format(date);
}

/** A month, such as `2026-11`, as a person says it. */
export function monthWords(language: string, month: string): string {
  return new Intl.DateTimeFormat(language, { year: "numeric", month: "long" }).format(new Date(`${month}-15T12:00:00`));
}
