/** Commands as rows of a menu. */

import { useWords } from "@/i18n/useWords";
import { wordsOr } from "@/i18n/words";
import { keysOf, useBindings } from "./bindings";
import { keyLabel } from "./stroke";
import { canRun, useCommands } from "./table";

export interface CommandItem {
  id: string;
  label: string;
  keys: string;
  disabled: boolean;
  checked: boolean | undefined;
  run: () => void;
}

/** The rows of these commands; null stands for a line between groups. An id that nobody has registered is left out. */
export function useCommandItems(ids: readonly (string | null)[]): (CommandItem | null)[] {
  const { t } = useWords();
  const byId = useCommands((state) => state.byId);
  const bindings = useBindings();
  return ids.flatMap((id): (CommandItem | null)[] => {
    if (id === null) return [null];
    const command = byId.get(id);
    if (command === undefined) return [];
    const [key] = keysOf(command, bindings);
    const title = command.titleNow?.() ?? command.title;
    return [
      {
        id,
        label: wordsOr(t, title, title),
        keys: key === undefined ? "" : keyLabel(key),
        disabled: !canRun(command),
        checked: command.checked?.(),
        run: command.run,
      },
    ];
  });
}
