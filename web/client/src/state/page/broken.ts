/** What becomes of a part of the page that breaks. */

import { t } from "@/i18n/i18n";
import { notify } from "./notices";

/** A dialog or list that breaks closes, and says so; the page goes on. */
export function closing(close: () => void): (error: Error) => void {
  return (error) => {
    close();
    notify("error", t("panel.dialog_broken", { reason: error.message }));
  };
}
