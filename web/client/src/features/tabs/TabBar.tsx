import { Plus, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useWords } from "@/i18n/useWords";
import { chooseTab, closeTab, newTab, tabTitle } from "@/state/actions/tabs";
import { useJournal } from "@/state/workflow/journal";
import { isUnsaved, moveTab, type Tab, useTabs } from "@/state/workflow/tabs";
import { useWorkspace } from "@/state/workflow/workspace";
import { askToRename, endRename, useRenamedTab } from "./renaming";
import styles from "./TabBar.module.css";
import { TabMenu } from "./TabMenu";
import { useTabDrag } from "./useTabDrag";

/** The open workflows. Each tab keeps its own history, selection, view and run. */
export function TabBar() {
  const { t } = useWords();
  const tabs = useTabs((state) => state.tabs);
  const active = useTabs((state) => state.active);
  const kept = useJournal((state) => state.state);
  const bar = useRef<HTMLDivElement>(null);
  const drag = useTabDrag(bar);
  return (
    <div className={styles.bar} data-journal={kept}>
      <div
        ref={bar}
        className={styles.tabs}
        role="tablist"
        aria-label={t("tabs.label")}
        onKeyDown={onKeyDown}
        {...drag}
      >
        {tabs.map((tab) => (
          <TabButton key={tab.id} tab={tab} active={tab.id === active} />
        ))}
      </div>
      <button
        type="button"
        className={styles.new}
        aria-label={t("menu.new")}
        title={`${t("menu.new")} (Alt+N)`}
        onClick={newTab}
      >
        <Plus size={16} aria-hidden />
      </button>
      <span className={styles.journal} role="status">
        {kept === "waiting" ? t("drafts.waiting") : ""}
      </span>
    </div>
  );
}

function TabButton({ tab, active }: { tab: Tab; active: boolean }) {
  const { t } = useWords();
  // The shown tab's title and edits live in the workspace.
  useWorkspace((state) => (active ? state.history.document.title : ""));
  const unsaved = useWorkspace((state) => (active ? state.history.document !== state.saved : isUnsaved(tab)));
  const renaming = useRenamedTab((state) => state.tab === tab.id);
  const title = tabTitle(tab);
  const spoken = unsaved ? t("tabs.unsaved", { title }) : title;
  const whole = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (active) whole.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [active]);
  return (
    <TabMenu tab={tab}>
      <span ref={whole} className={styles.tab} role="presentation" data-tab={tab.id} data-active={active}>
        {renaming ? (
          <TitleField id={tab.id} title={title} />
        ) : (
          <button
            type="button"
            role="tab"
            id={`tab-${tab.id}`}
            aria-selected={active}
            aria-controls="canvas"
            aria-label={spoken}
            tabIndex={active ? 0 : -1}
            title={tab.name === null ? title : `${title} · ${tab.name}`}
            onClick={() => void chooseTab(tab.id)}
            onDoubleClick={() => askToRename(tab.id)}
            onAuxClick={(event) => {
              if (event.button === 1) closeTab(tab.id);
            }}
          >
            {title}
          </button>
        )}
        <span className={styles.unsaved} data-unsaved={unsaved} title={unsaved ? t("app.unsaved") : ""} />
        <button
          type="button"
          className={styles.close}
          tabIndex={-1}
          aria-hidden
          title={`${t("tabs.close")} (Alt+W)`}
          data-close={tab.id}
          onClick={() => closeTab(tab.id)}
        >
          <X size={14} aria-hidden />
        </button>
      </span>
    </TabMenu>
  );
}

function TitleField({ id, title }: { id: string; title: string }) {
  const { t } = useWords();
  const given = useRef(false);
  const end = (value: string | null) => {
    if (given.current) return;
    given.current = true;
    endRename(id, value === null || value.trim() === title ? null : value.trim());
  };
  return (
    <input
      aria-label={t("menu.title")}
      // biome-ignore lint/a11y/noAutofocus: the person asked for this field this moment
      autoFocus
      defaultValue={title}
      data-own-keys
      onFocus={(event) => event.currentTarget.select()}
      onBlur={(event) => end(event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") end(event.currentTarget.value);
        if (event.key === "Escape") end(null);
      }}
    />
  );
}

/** Arrows go through the tabs, Home and End to the ends; with Shift and Mod they move the tab. */
function onKeyDown(event: React.KeyboardEvent): void {
  const { tabs } = useTabs.getState();
  const id = (event.target as HTMLElement).closest<HTMLElement>("[data-tab]")?.dataset.tab;
  const at = tabs.findIndex((tab) => tab.id === id);
  if (id === undefined || at < 0 || event.nativeEvent.isComposing) return;
  const places: Record<string, number> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 };
  const place = places[event.key];
  if (place !== undefined) {
    const to = (place + tabs.length) % tabs.length;
    if (event.shiftKey && (event.ctrlKey || event.metaKey)) moveTab(id, Math.max(0, Math.min(place, tabs.length - 1)));
    else void chooseTab(tabs[to]?.id ?? id);
    requestAnimationFrame(() => document.getElementById(`tab-${useTabs.getState().active}`)?.focus());
  } else if (event.key === "Delete") {
    closeTab(id);
    requestAnimationFrame(() => document.getElementById(`tab-${useTabs.getState().active}`)?.focus());
  } else if (event.key === "F2") askToRename(id);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
