import { useMemo, useState } from "react";
import { useEveryLanguage, useWords } from "@/i18n/useWords";
import { wordsOr } from "@/i18n/words";
import { keysOf, useBindings } from "@/state/commands/bindings";
import { keyLabel } from "@/state/commands/stroke";
import { canRun, useCommands } from "@/state/commands/table";
import { useOverlays } from "@/state/page/overlays";
import { Modal } from "@/ui/Modal";
import { SearchedListField, SearchedListRow } from "@/ui/SearchedList";
import searched from "@/ui/searchedList.module.css";
import styles from "./CommandPalette.module.css";
import { type Found, searchCommands } from "./search";

const RECENT = "noiseloom.commands.recent";
const REMEMBERED = 5;

const close = () => useOverlays.setState({ commands: false });

/** Everything that can be done now, by typing a part of its name. */
export default function CommandPalette() {
  const { t } = useWords();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const recent = useMemo(recentCommands, []);
  const entries = useEntries();
  const found = useMemo(() => searchCommands(entries, query, recent), [entries, query, recent]);
  const place = Math.min(at, found.length - 1);
  const chosen = found[place];
  const run = (entry: Found) => {
    remember(entry.command.id);
    close();
    // The dialog gives the focus back first: a command acts where the person was.
    requestAnimationFrame(() => entry.command.run());
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") setAt((place + 1) % found.length);
    else if (event.key === "ArrowUp") setAt((place - 1 + found.length) % found.length);
    else if (event.key === "Enter" && chosen !== undefined) run(chosen);
    else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) close();
    else return;
    event.preventDefault();
  };
  return (
    <Modal label={t("commands.title")} className={styles.palette} onClose={close} onKeyDown={onKeyDown}>
      <SearchedListField
        list="command-list"
        chosen={chosen === undefined ? undefined : `command-${place}`}
        label={t("commands.placeholder")}
        value={query}
        onChange={(text) => {
          setQuery(text);
          setAt(0);
        }}
      />
      <div id="command-list" role="listbox" aria-label={t("commands.title")} className={searched.list}>
        {found.map((entry, index) => (
          <Row
            key={entry.command.id}
            id={`command-${index}`}
            entry={entry}
            chosen={index === place}
            onHover={() => setAt(index)}
            onPick={() => run(entry)}
          />
        ))}
        {found.length === 0 ? <p className={searched.none}>{t("commands.none", { query })}</p> : null}
      </div>
    </Modal>
  );
}

interface RowProps {
  id: string;
  entry: Found;
  chosen: boolean;
  onHover: () => void;
  onPick: () => void;
}

function Row({ id, entry, chosen, onHover, onPick }: RowProps) {
  const bindings = useBindings();
  const [key] = keysOf(entry.command, bindings);
  return (
    <SearchedListRow
      className={styles.row}
      id={id}
      data-command={entry.command.id}
      chosen={chosen}
      onHover={onHover}
      onPick={onPick}
    >
      <span>{entry.title}</span>
      <small>{entry.group}</small>
      {key === undefined ? null : <kbd>{keyLabel(key)}</kbd>}
    </SearchedListRow>
  );
}

/** What can be run now. The state at the moment of asking counts: nothing changes behind the palette. */
function useEntries(): readonly Found[] {
  const { t } = useWords();
  const commands = useCommands((state) => state.list);
  const speakers = useEveryLanguage();
  return useMemo(
    () =>
      commands
        .filter((command) => command.hidden !== true && canRun(command))
        .map((command) => {
          const key = command.titleNow?.() ?? command.title;
          const inBoth = speakers.map((speak) => wordsOr(speak, key, key));
          return {
            command,
            title: wordsOr(t, key, key),
            group: t(`commands.groups.${command.group}`),
            words: [...inBoth, command.id],
          };
        }),
    [commands, speakers, t],
  );
}

function recentCommands(): string[] {
  try {
    return JSON.parse(localStorage.getItem(RECENT) ?? "[]") as string[];
  } catch {
    return [];
  }
}

function remember(id: string): void {
  try {
    const others = recentCommands().filter((other) => other !== id);
    localStorage.setItem(RECENT, JSON.stringify([id, ...others].slice(0, REMEMBERED)));
  } catch {
    // Without storage the order is by match alone.
  }
}
