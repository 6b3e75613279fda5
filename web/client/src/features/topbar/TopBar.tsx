import {
  BookOpen,
  CircleHelp,
  Contrast,
  Download,
  FilePlus,
  FolderOpen,
  LayoutTemplate,
  Menu,
  Moon,
  Redo2,
  Save,
  Sun,
  SunMoon,
  Undo2,
} from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useWords } from "@/i18n/useWords";
import { chooseFile, exportFile } from "@/state/actions/files";
import { saveWorkflow } from "@/state/actions/shelf";
import { newTab } from "@/state/actions/tabs";
import { useKeyOf, withKey } from "@/state/commands/bindings";
import { useOverlays } from "@/state/page/overlays";
import { prefer, THEMES, usePreferences } from "@/state/page/preferences";
import { showShelf } from "@/state/page/shelf";
import { openTour } from "@/state/page/tour";
import { openView } from "@/state/page/views";
import { useSaving } from "@/state/workflow/saving";
import { redoEdit, undoEdit, useWorkspace } from "@/state/workflow/workspace";
import menu from "@/ui/menu.module.css";
import { Breadcrumb } from "./Breadcrumb";
import styles from "./TopBar.module.css";

/** The bar at the top: menu, the open workflows, history, language, theme; the run button comes as its child. */
export function TopBar({ tabs, children }: { tabs: React.ReactNode; children: React.ReactNode }) {
  return (
    <header className={styles.bar} data-region="bar">
      <MainMenu />
      <span className={styles.brand}>
        <img src="/favicon.svg" width={20} height={20} alt="" />
        Noiseloom
      </span>
      {tabs}
      <HistoryButtons />
      <Breadcrumb />
      <span className={styles.space} />
      <span className={styles.wide}>
        <LanguageButton />
        <ThemeButton />
        <HelpButton />
      </span>
      {children}
    </header>
  );
}

function MainMenu() {
  const { t } = useWords();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={styles.icon} aria-label={t("menu.open_menu")} title={t("menu.open_menu")}>
        <Menu size={18} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.menu} align="start" sideOffset={6}>
          <MenuItem icon={<FilePlus size={16} />} label={t("menu.new")} command="workflow.new" act={newTab} />
          <MenuItem
            icon={<LayoutTemplate size={16} />}
            label={t("menu.templates")}
            act={() => showShelf("templates")}
          />
          <MenuItem icon={<FolderOpen size={16} />} label={t("menu.open")} command="workflow.open" act={chooseFile} />
          <MenuItem
            icon={<Save size={16} />}
            label={t("menu.save")}
            command="workflow.save"
            act={() => void saveWorkflow()}
          />
          <MenuItem
            label={t("saving.as")}
            command="workflow.save_as"
            act={() => useSaving.setState({ asking: true })}
          />
          <MenuItem icon={<Download size={16} />} label={t("files.export.document")} act={() => void exportFile()} />
          <MenuItem label={t("files.export.canvas")} act={() => void exportFile("canvas")} />
          <MenuItem label={t("files.export.canvas-1.0")} act={() => void exportFile("canvas-1.0")} />
          <MenuItem label={t("files.export.graph")} act={() => void exportFile("graph")} />
          <DropdownMenu.Separator className={menu.separator} />
          <MenuItem icon={<BookOpen size={16} />} label={t("guide.title")} act={() => openView("guide")} />
          <MenuItem label={t("tour.title")} act={openTour} />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuItemProps {
  icon?: React.ReactNode;
  label: string;
  /** The command that does the same: its key stands beside. */
  command?: string;
  act: () => void;
}

function MenuItem({ icon, label, command = "", act }: MenuItemProps) {
  const keys = useKeyOf(command);
  return (
    <DropdownMenu.Item className={menu.item} onSelect={act}>
      <i aria-hidden>{icon}</i>
      <span>{label}</span>
      <kbd>{keys}</kbd>
    </DropdownMenu.Item>
  );
}

function HistoryButtons() {
  const { t } = useWords();
  const undoKey = useKeyOf("edit.undo");
  const redoKey = useKeyOf("edit.redo");
  const canUndo = useWorkspace((state) => state.history.past.length > 0);
  const canRedo = useWorkspace((state) => state.history.future.length > 0);
  return (
    <>
      <IconButton label={withKey(t("menu.undo"), undoKey)} disabled={!canUndo} act={undoEdit}>
        <Undo2 size={18} aria-hidden />
      </IconButton>
      <IconButton label={withKey(t("menu.redo"), redoKey)} disabled={!canRedo} act={redoEdit}>
        <Redo2 size={18} aria-hidden />
      </IconButton>
    </>
  );
}

function LanguageButton() {
  const { t } = useWords();
  const language = usePreferences((state) => state.language);
  const other = language === "en" ? "zh-CN" : "en";
  const sign = other === "en" ? "EN" : "中";
  return (
    <button
      type="button"
      className={styles.icon}
      aria-label={`${sign} ${t("menu.language")}`}
      title={t("menu.language")}
      data-language={language}
      onClick={() => prefer({ language: other })}
    >
      <span lang={other}>{sign}</span>
    </button>
  );
}

function ThemeButton() {
  const { t } = useWords();
  const theme = usePreferences((state) => state.theme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  const Icon = { system: SunMoon, dark: Moon, light: Sun, contrast: Contrast }[theme];
  return (
    <IconButton label={`${t("menu.theme")}: ${t(`theme.${theme}`)}`} act={() => prefer({ theme: next })}>
      <Icon size={18} aria-hidden />
    </IconButton>
  );
}

function HelpButton() {
  const { t } = useWords();
  return (
    <IconButton label={withKey(t("menu.help"), useKeyOf("page.keys"))} act={() => useOverlays.setState({ help: true })}>
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
