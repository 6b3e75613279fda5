import { Ellipsis, type LucideIcon, Settings } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useWords } from "@/i18n/useWords";
import { wordsOr } from "@/i18n/words";
import { useKeyOf } from "@/state/commands/bindings";
import { useOverlays } from "@/state/page/overlays";
import { togglePanel, usePanels } from "@/state/page/panels";
import { toggleView, useViews } from "@/state/page/views";
import menu from "@/ui/menu.module.css";
import { useWidth } from "../useWidth";
import styles from "./Panels.module.css";

/** Below this the rail lies under the thumb, and what has no room on it is behind its last button. */
const PHONE = 640;
const BUTTON = 44;

interface RailItem {
  /** The command that does the same. */
  id: string;
  title: string;
  icon: LucideIcon;
  on: boolean;
  act: () => void;
}

/** The rail at the left: a button for every panel and view, and the settings. */
export function Rail() {
  const { t } = useWords();
  const [upper, lower] = useItems();
  const width = useWidth();
  const all = [...upper, ...lower];
  const room = width >= PHONE ? all.length : Math.floor((width - 8) / BUTTON);
  const shown = room >= all.length ? all : all.slice(0, room - 1);
  return (
    <nav className={styles.rail} aria-label={t("panel.rail")} data-region="rail">
      {shown.slice(0, upper.length).map((item) => (
        <RailButton key={item.id} {...item} />
      ))}
      <span className={styles.space} />
      {shown.slice(upper.length).map((item) => (
        <RailButton key={item.id} {...item} />
      ))}
      {shown.length < all.length ? <More items={all.slice(shown.length)} /> : null}
    </nav>
  );
}

/** What the rail holds: above the gap, and below it. */
function useItems(): [RailItem[], RailItem[]] {
  const panels = usePanels();
  const views = useViews();
  const settings = useOverlays((state) => state.settings !== null);
  const [above, below] = [[], []] as [RailItem[], RailItem[]];
  for (const { id, title, icon, side, foot } of panels.list) {
    const item = { id: `panel.${id}`, title, icon, on: panels[side].open === id, act: () => togglePanel(id) };
    (side === "right" || foot === true ? below : above).push(item);
  }
  for (const { id, title, icon, hidden } of views.list) {
    if (hidden === true) continue;
    above.push({ id: `view.${id}`, title, icon, on: views.current?.id === id, act: () => toggleView(id) });
  }
  const act = () => useOverlays.setState({ settings: "look" });
  below.push({ id: "page.settings", title: "settings.title", icon: Settings, on: settings, act });
  return [above, below];
}

/** One button of the rail, with its key. */
function RailButton({ id, title, icon: Icon, on, act }: RailItem) {
  const { t } = useWords();
  const key = useKeyOf(id);
  const words = wordsOr(t, title, title);
  return (
    <button
      type="button"
      className={styles.railButton}
      aria-label={words}
      title={key === "" ? words : `${words} (${key})`}
      aria-pressed={on}
      data-rail={id}
      onClick={act}
    >
      <Icon size={20} aria-hidden />
    </button>
  );
}

/** The rest of a rail that is longer than a phone is wide, by name. */
function More({ items }: { items: readonly RailItem[] }) {
  const { t } = useWords();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className={styles.railButton}
        aria-label={t("panel.more")}
        title={t("panel.more")}
        aria-pressed={items.some(({ on }) => on)}
        data-rail="more"
      >
        <Ellipsis size={20} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.menu} align="end" side="top" sideOffset={4} collisionPadding={8}>
          {items.map(({ id, title, icon: Icon, act }) => (
            <DropdownMenu.Item key={id} className={menu.item} data-rail={id} onSelect={act}>
              <Icon size={20} aria-hidden />
              <span>{wordsOr(t, title, title)}</span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
