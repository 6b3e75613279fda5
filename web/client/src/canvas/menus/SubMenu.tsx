import { ChevronRight } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useCommandItems } from "@/state/commands/useItems";
import { CommandItems } from "@/ui/CommandItems";
import menu from "@/ui/menu.module.css";

/** Commands one step down in a menu. */
export function SubMenu({ label, ids }: { label: string; ids: readonly (string | null)[] }) {
  const items = useCommandItems(ids);
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className={menu.item}>
        <span>{label}</span>
        <ChevronRight size={14} aria-hidden />
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal>
        <DropdownMenu.SubContent className={menu.menu} sideOffset={4}>
          <CommandItems items={items} />
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  );
}
