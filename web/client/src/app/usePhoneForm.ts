/** On a phone, a workflow that has a form opens as its form. */

import { useEffect } from "react";
import { openView, useViews } from "@/state/page/views";
import { useWorkspace, wholeDocument } from "@/state/workflow/workspace";

/** Below this width a canvas shows little and fingers cover it. */
const PHONE = 640;

function showForm(): void {
  const { items } = wholeDocument().form ?? { items: [] };
  if (innerWidth < PHONE && items.length > 0 && useViews.getState().current === null) openView("form");
}

export function usePhoneForm(): void {
  useEffect(
    () =>
      useWorkspace.subscribe((state, before) => {
        if (state.opened !== before.opened) showForm();
      }),
    [],
  );
}
