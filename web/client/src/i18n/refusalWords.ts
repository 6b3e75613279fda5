/** Why a wire was refused, in words. */

import type { Refusal } from "@/graph/connect";
import type { Translate } from "./i18n";
import { socketType } from "./words";

export function refusalSentence(t: Translate, refusal: Refusal): string {
  if (refusal.code !== "type") return t(`refusal.${refusal.code}`);
  return t("refusal.type", { from: socketType(t, refusal.from), to: socketType(t, refusal.to) });
}
