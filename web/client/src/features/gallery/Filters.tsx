import { CalendarDays, ChevronDown, Layers, Star, Trash2 } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useWords } from "@/i18n/useWords";
import { jumpTo, searchGallery, setRowHeight, useGallery } from "@/state/pictures/gallery";
import { MenuPortal } from "@/ui/MenuPortal";
import menu from "@/ui/menu.module.css";
import board from "./Board.module.css";
import { BoardMenu } from "./BoardMenu";
import buttons from "./Buttons.module.css";
import { monthWords } from "./dayWords";
import styles from "./Gallery.module.css";
import { chipOf, withChip } from "./searchText";

/** What narrows the gallery by a click: board, month, model, stars, the trash; and how large pictures are. */
export function Filters() {
  const { t } = useWords();
  const rowHeight = useGallery((state) => state.rowHeight);
  return (
    <div className={styles.filters}>
      <BoardMenu />
      <MonthMenu />
      <ModelMenu />
      <StateButton name="star" icon={<Star size={16} aria-hidden />} label={t("gallery.only_starred")} />
      <StateButton name="trash" icon={<Trash2 size={16} aria-hidden />} label={t("gallery.trash")} />
      <label className={styles.size} title={t("gallery.size")}>
        <span className="visually-hidden">{t("gallery.size")}</span>
        <input
          type="range"
          min={96}
          max={320}
          step={16}
          value={rowHeight}
          onChange={(event) => setRowHeight(event.target.valueAsNumber)}
        />
      </label>
    </div>
  );
}

export function StateButton({ name, icon, label }: { name: "star" | "trash"; icon: React.ReactNode; label: string }) {
  const search = useGallery((state) => state.search);
  const on = search.split(" ").includes(`is:${name}`);
  return (
    <button
      type="button"
      className={buttons.icon}
      aria-pressed={on}
      aria-label={label}
      title={label}
      onClick={() => searchGallery(withChip(search, "is", on ? `-${name}` : name))}
    >
      {icon}
    </button>
  );
}

function MonthMenu() {
  const { t } = useWords();
  const months = useGallery((state) => state.summary.months);
  const chosen = useGallery((state) => state.untilMonth);
  const language = document.documentElement.lang || "en";
  return (
    <Menu
      icon={<CalendarDays size={16} aria-hidden />}
      label={chosen === null ? t("gallery.date") : monthWords(language, chosen)}
      on={chosen !== null}
    >
      <DropdownMenu.Item className={menu.item} onSelect={() => jumpTo(null)}>
        <span>{t("gallery.newest")}</span>
      </DropdownMenu.Item>
      <DropdownMenu.Separator className={menu.separator} />
      {months.map((month) => (
        <DropdownMenu.Item key={month.month} className={menu.item} onSelect={() => jumpTo(month)}>
          <span>{monthWords(language, month.month)}</span>
          <kbd>{month.count}</kbd>
        </DropdownMenu.Item>
      ))}
    </Menu>
  );
}

function ModelMenu() {
  const { t } = useWords();
  const models = useGallery((state) => state.summary.models);
  const search = useGallery((state) => state.search);
  const chosen = chipOf(search, "model");
  return (
    <Menu icon={<Layers size={16} aria-hidden />} label={chosen ?? t("gallery.model")} on={chosen !== null}>
      <DropdownMenu.Item className={menu.item} onSelect={() => searchGallery(withChip(search, "model", null))}>
        <span>{t("gallery.any_model")}</span>
      </DropdownMenu.Item>
      <DropdownMenu.Separator className={menu.separator} />
      {models.map((model) => (
        <DropdownMenu.Item
          key={model}
          className={menu.item}
          onSelect={() => searchGallery(withChip(search, "model", model))}
        >
          <span>{model}</span>
        </DropdownMenu.Item>
      ))}
    </Menu>
  );
}

interface MenuProps {
  icon: React.ReactNode;
  label: string;
  on?: boolean;
  children: React.ReactNode;
}

/** A button that opens a list. */
export function Menu({ icon, label, on = false, children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={buttons.button} data-on={on}>
        {icon}
        <span>{label}</span>
        <ChevronDown size={14} aria-hidden />
      </DropdownMenu.Trigger>
      <MenuPortal>
        <DropdownMenu.Content className={`${menu.menu} ${board.list}`} align="start" sideOffset={4}>
          {children}
        </DropdownMenu.Content>
      </MenuPortal>
    </DropdownMenu.Root>
  );
}
