import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import menu from "./menu.module.css";

interface Item {
  id: string;
  label: string;
  keys: string;
  disabled: boolean;
  checked: boolean | undefined;
  run: () => void;
}

/** Rows of a Radix menu; null is a line between groups. Lines at the ends or beside each other are dropped. */
export function CommandItems({ items }: { items: readonly (Item | null)[] }) {
  const kept = items.filter((item, at) => item !== null || items.slice(0, at).some((other) => other !== null));
  return kept.map((item, at) => {
    if (item === null) {
      const next = kept[at + 1];
      if (next === null || next === undefined) return null;
      return <DropdownMenu.Separator key={`before ${next.id}`} className={menu.separator} />;
    }
    return (
      <DropdownMenu.Item
        key={item.id}
        className={menu.item}
        disabled={item.disabled}
        data-command={item.id}
        onSelect={item.run}
      >
        <span>{item.label}</span>
        {item.checked === true ? <Check size={14} aria-hidden /> : null}
        <kbd>{item.keys}</kbd>
      </DropdownMenu.Item>
    );
  });
}
