import { Ellipsis } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { getSavedWorkflows, type SavedWorkflow } from "@/api/workflows";
import { useWords } from "@/i18n/useWords";
import { templateWords } from "@/i18n/words";
import { openSaved, renameSaved, trashSaved } from "@/state/actions/shelf";
import { useFigures } from "@/state/page/figures";
import { notify } from "@/state/page/notices";
import { useSaving } from "@/state/workflow/saving";
import menu from "@/ui/menu.module.css";
import { Card, Nothing } from "./Card";
import styles from "./Library.module.css";
import { type ListProps, matches, useRead } from "./useRead";

/** Saved workflows by folder. */
export function SavedList({ words, onShowTemplates }: ListProps) {
  const { t } = useWords();
  const { items, failed } = useRead(getSavedWorkflows);
  if (items === null && !failed) return null;
  const shown = (items ?? []).filter(({ name, card }) =>
    matches(words, [name, card?.title, card?.description, ...(card?.tags ?? [])]),
  );
  if (shown.length === 0) {
    return (
      <Nothing words={words} empty={t("library.empty")} failed={failed}>
        <button type="button" onClick={onShowTemplates}>
          {t("library.see_templates")}
        </button>
      </Nothing>
    );
  }
  const folders = new Map<string, SavedWorkflow[]>();
  for (const workflow of shown) {
    const folder = workflow.name.includes("/") ? workflow.name.replace(/\/[^/]*$/, "") : "";
    folders.set(folder, [...(folders.get(folder) ?? []), workflow]);
  }
  return [...folders]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([folder, workflows]) => (
      <section key={folder}>
        {folder === "" ? null : <h3>{folder}</h3>}
        <ul>
          {workflows.map((workflow) => (
            <SavedCard key={workflow.name} workflow={workflow} />
          ))}
        </ul>
      </section>
    ));
}

function SavedCard({ workflow }: { workflow: SavedWorkflow }) {
  const { t } = useWords();
  const figures = useFigures();
  const [renaming, setRenaming] = useState(false);
  const { name, card, thumbnail, modified } = workflow;
  const date = figures.day(modified);
  const tags = (card?.tags ?? []).map((tag) => `#${tag}`).join(" ");
  const leaf = name.split("/").at(-1) ?? name;
  if (renaming) return <RenameField name={name} onDone={() => setRenaming(false)} />;
  const title = templateWords(t, card?.title ?? "");
  const note = [title === leaf ? "" : title, date, tags].filter((part) => part !== "").join(" · ");
  return (
    <Card title={leaf} note={note} card={card} thumbnail={thumbnail} onOpen={() => void openSaved(name)}>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className={styles.more} aria-label={t("library.menu", { name: leaf })}>
          <Ellipsis size={16} aria-hidden />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className={menu.menu} align="end">
            <Item label={t("library.open")} act={() => void openSaved(name)} />
            <Item label={t("library.rename")} act={() => setTimeout(() => setRenaming(true), 0)} />
            <Item label={t("versions.title")} act={() => useSaving.setState({ versions: name })} />
            <DropdownMenu.Separator className={menu.separator} />
            <Item label={t("library.delete")} act={() => void trashSaved(name)} />
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </Card>
  );
}

function Item({ label, act }: { label: string; act: () => void }) {
  return (
    <DropdownMenu.Item className={menu.item} onSelect={act}>
      <span>{label}</span>
    </DropdownMenu.Item>
  );
}

/** Another name; one with a slash moves it to a folder. */
function RenameField({ name, onDone }: { name: string; onDone: () => void }) {
  const { t } = useWords();
  const finish = async (to: string) => {
    onDone();
    const wanted = to.trim();
    if (wanted === "" || wanted === name) return;
    const wrong = await renameSaved(name, wanted);
    if (wrong !== null) notify("error", wrong);
  };
  return (
    <li className={styles.card}>
      <input
        className={styles.rename}
        aria-label={t("library.rename")}
        // biome-ignore lint/a11y/noAutofocus: the person asked for this field this moment
        autoFocus
        data-own-keys
        defaultValue={name}
        onBlur={(event) => void finish(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") onDone();
        }}
      />
    </li>
  );
}
