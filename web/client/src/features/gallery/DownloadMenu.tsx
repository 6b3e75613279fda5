import { ChevronDown } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useWords } from "@/i18n/useWords";
import { MenuPortal } from "@/ui/MenuPortal";
import menu from "@/ui/menu.module.css";
import buttons from "./Buttons.module.css";

interface Props {
  onChoose: (workflow: boolean) => void;
  children: React.ReactNode;
}

/** Download with the workflow inside, or without it. */
export function DownloadMenu({ onChoose, children }: Props) {
  const { t } = useWords();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={buttons.button}>
        {children}
        <ChevronDown size={14} aria-hidden />
      </DropdownMenu.Trigger>
      <MenuPortal>
        <DropdownMenu.Content className={menu.menu} sideOffset={4}>
          <DropdownMenu.Item className={menu.item} onSelect={() => onChoose(true)}>
            <span>{t("gallery.with_workflow")}</span>
          </DropdownMenu.Item>
          <DropdownMenu.Item className={menu.item} onSelect={() => onChoose(false)}>
            <span>{t("gallery.without_workflow")}</span>
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </MenuPortal>
    </DropdownMenu.Root>
  );
}
