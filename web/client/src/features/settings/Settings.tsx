import { Keyboard, Palette, Play, Puzzle } from "lucide-react";
import { Tabs } from "radix-ui";
import { useWords } from "@/i18n/useWords";
import { type SettingsPage, useOverlays } from "@/state/page/overlays";
import { Dialog } from "@/ui/Dialog";
import { ExtensionsPage } from "./ExtensionsPage";
import { KeysPage } from "./KeysPage";
import { LookPage } from "./LookPage";
import styles from "./Settings.module.css";
import { WorkPage } from "./WorkPage";

const PAGES = [
  ["look", Palette, LookPage],
  ["work", Play, WorkPage],
  ["keys", Keyboard, KeysPage],
  ["extensions", Puzzle, ExtensionsPage],
] as const;

const close = () => useOverlays.setState({ settings: null });

/** What a person chooses for this browser. Every change acts at once. */
export default function Settings() {
  const { t } = useWords();
  const page = useOverlays((state) => state.settings);
  if (page === null) return null;
  return (
    <Dialog title={t("settings.title")} className={styles.dialog} onClose={close}>
      <Tabs.Root
        className={styles.tabs}
        orientation="vertical"
        value={page}
        onValueChange={(value) => useOverlays.setState({ settings: value as SettingsPage })}
      >
        <Tabs.List className={styles.list} aria-label={t("settings.pages")}>
          {PAGES.map(([name, Icon]) => (
            <Tabs.Trigger key={name} value={name} className={styles.tab}>
              <Icon size={16} aria-hidden />
              {t(`settings.${name}.title`)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {PAGES.map(([name, , Page]) => (
          <Tabs.Content key={name} value={name} className={styles.page} tabIndex={-1}>
            <Page />
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </Dialog>
  );
}
