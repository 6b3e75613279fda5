import { ContextMenu } from "radix-ui";
import { useWords } from "@/i18n/useWords";
import { saveWorkflow } from "@/state/actions/shelf";
import { chooseTab, closeOthers, closeTab, duplicateTab } from "@/state/actions/tabs";
import { useSaving } from "@/state/workflow/saving";
import { moveTab, type Tab, useTabs } from "@/state/workflow/tabs";
import menu from "@/ui/menu.module.css";
import { askToRename } from "./renaming";

/** What can be done with a tab. */
export function TabMenu({ tab, children }: { tab: Tab; children: React.ReactNode }) {
  const { t } = useWords();
  const count = useTabs((state) => state.tabs.length);
  const at = useTabs((state) => state.tabs.findIndex((item) => item.id === tab.id));
  const shown = (act: () => void) => () => void chooseTab(tab.id).then(act);
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className={menu.menu}>
          <Item label={t("menu.save")} act={shown(() => void saveWorkflow())} />
          <Item label={t("saving.as")} act={shown(() => useSaving.setState({ asking: true }))} />
          {tab.name === null ? null : (
            <Item label={t("versions.title")} act={shown(() => useSaving.setState({ versions: tab.name }))} />
          )}
          <ContextMenu.Separator className={menu.separator} />
          <Item label={t("tabs.rename")} act={() => setTimeout(() => askToRename(tab.id), 0)} />
          <Item label={t("tabs.duplicate")} act={() => duplicateTab(tab.id)} />
          <Item label={t("tabs.move_left")} disabled={at === 0} act={() => moveTab(tab.id, at - 1)} />
          <Item label={t("tabs.move_right")} disabled={at === count - 1} act={() => moveTab(tab.id, at + 1)} />
          <ContextMenu.Separator className={menu.separator} />
          <Item label={t("tabs.close")} act={() => closeTab(tab.id)} />
          <Item label={t("tabs.close_others")} disabled={count === 1} act={() => closeOthers(tab.id)} />
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function Item({ label, disabled = false, act }: { label: string; disabled?: boolean; act: () => void }) {
  return (
    <ContextMenu.Item className={menu.item} disabled={disabled} onSelect={act}>
      <span>{label}</span>
    </ContextMenu.Item>
  );
}
