import { CircleHelp, FilePlus, FolderOpen, Menu, Moon, Redo2, Save, Sun, SunMoon, Undo2 } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { getTemplates } from "@/api/client";
import type { Template } from "@/api/types";
import { setTitle } from "@/graph/commands/widgets";
import { useWords } from "@/i18n/useWords";
import { templateWords } from "@/i18n/words";
import { chooseFile, newWorkflow, saveFile } from "@/state/actions/files";
import { openTemplate } from "@/state/actions/session";
import { useOverlays } from "@/state/overlays";
import { prefer, type Theme, usePreferences } from "@/state/preferences";
import { redoEdit, run, undoEdit, useWorkspace } from "@/state/workspace";
import menu from "@/ui/menu.module.css";
import styles from "./TopBar.module.css";

/** The bar at the top: menu, the workflow's title, history, language, theme; the run button comes as its child. */
export function TopBar({ children }: { children: React.ReactNode }) {
  return (
    <header className={styles.bar}>
      <MainMenu />
      <span className={styles.brand}>
        <img src="/favicon.svg" width={20} height={20} alt="" />
        Noiseloom
      </span>
      <Title />
      <HistoryButtons />
      <span className={styles.space} />
      <LanguageButton />
      <ThemeButton />
      <HelpButton />
      {children}
    </header>
  );
}

function MainMenu() {
  const { t } = useWords();
  const [templates, setTemplates] = useState<Template[]>([]);
  const load = (open: boolean) => {
    if (open) void getTemplates().then(setTemplates, () => setTemplates([]));
  };
  return (
    <DropdownMenu.Root modal={false} onOpenChange={load}>
      <DropdownMenu.Trigger className={styles.icon} aria-label={t("menu.open_menu")} title={t("menu.open_menu")}>
        <Menu size={18} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.menu} align="start" sideOffset={6}>
          <MenuItem icon={<FilePlus size={16} />} label={t("menu.new")} keys="" act={newWorkflow} />
          <MenuItem icon={<FolderOpen size={16} />} label={t("menu.open")} keys="Ctrl+O" act={chooseFile} />
          <MenuItem icon={<Save size={16} />} label={t("menu.save")} keys="Ctrl+S" act={saveFile} />
          <DropdownMenu.Separator className={menu.separator} />
          <DropdownMenu.Label className={menu.label}>{t("menu.templates")}</DropdownMenu.Label>
          {templates.map((template) => (
            <MenuItem
              key={template.name}
              label={templateWords(t, template.title)}
              keys=""
              act={() => void openTemplate(template.name)}
            />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuItemProps {
  icon?: React.ReactNode;
  label: string;
  keys: string;
  act: () => void;
}

function MenuItem({ icon, label, keys, act }: MenuItemProps) {
  return (
    <DropdownMenu.Item className={menu.item} onSelect={act}>
      {icon}
      <span>{label}</span>
      <kbd>{keys}</kbd>
    </DropdownMenu.Item>
  );
}

function Title() {
  const { t } = useWords();
  const title = useWorkspace((state) => state.history.document.title);
  const unsaved = useWorkspace((state) => state.history.document !== state.saved);
  return (
    <span className={styles.title}>
      <input
        aria-label={t("menu.title")}
        placeholder={t("app.untitled")}
        value={templateWords(t, title)}
        onChange={(event) => run(setTitle(event.target.value))}
      />
      <span className={styles.unsaved} title={unsaved ? t("app.unsaved") : ""} data-unsaved={unsaved} />
    </span>
  );
}

function HistoryButtons() {
  const { t } = useWords();
  const canUndo = useWorkspace((state) => state.history.past.length > 0);
  const canRedo = useWorkspace((state) => state.history.future.length > 0);
  return (
    <>
      <IconButton label={`${t("menu.undo")} (Ctrl+Z)`} disabled={!canUndo} act={undoEdit}>
        <Undo2 size={18} aria-hidden />
      </IconButton>
      <IconButton label={`${t("menu.redo")} (Ctrl+Shift+Z)`} disabled={!canRedo} act={redoEdit}>
        <Redo2 size={18} aria-hidden />
      </IconButton>
    </>
  );
}

function LanguageButton() {
  const { t } = useWords();
  const language = usePreferences((state) => state.language);
  const other = language === "en" ? "zh-CN" : "en";
  return (
    <button
      type="button"
      className={styles.icon}
      aria-label={t("menu.language")}
      title={t("menu.language")}
      data-language={language}
      onClick={() => prefer({ language: other })}
    >
      <span lang={other}>{other === "en" ? "EN" : "中"}</span>
    </button>
  );
}

const THEMES: Theme[] = ["system", "dark", "light"];

function ThemeButton() {
  const { t } = useWords();
  const theme = usePreferences((state) => state.theme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  const Icon = { system: SunMoon, dark: Moon, light: Sun }[theme];
  return (
    <IconButton label={`${t("menu.theme")}: ${t(`theme.${theme}`)}`} act={() => prefer({ theme: next })}>
      <Icon size={18} aria-hidden />
    </IconButton>
  );
}

function HelpButton() {
  const { t } = useWords();
  return (
    <IconButton label={`${t("menu.help")} (?)`} act={() => useOverlays.setState({ help: true })}>
      <CircleHelp size={18} aria-hidden />
    </IconButton>
  );
}

interface IconButtonProps {
  label: string;
  disabled?: boolean;
  act: () => void;
  children: React.ReactNode;
}

function IconButton({ label, disabled = false, act, children }: IconButtonProps) {
  return (
    <button type="button" className={styles.icon} aria-label={label} title={label} disabled={disabled} onClick={act}>
      {children}
    </button>
  );
}
