import type { LucideIcon } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { wordsOr } from "@/i18n/words";
import { useKeyOf } from "@/state/commands/bindings";
import { type Panel, togglePanel, usePanels } from "@/state/panels";
import { toggleView, useViews, type View } from "@/state/views";
import styles from "./Panels.module.css";

/** The rail at the left: a button for every panel and view. */
export function Rail({ children }: { children?: React.ReactNode }) {
  const { t } = useWords();
  const panels = usePanels((state) => state.list);
  const views = useViews((state) => state.list);
  return (
    <nav className={styles.rail} aria-label={t("panel.rail")} data-region="rail">
      {panels
        .filter((panel) => panel.side === "left" && panel.foot !== true)
        .map((panel) => (
          <PanelButton key={panel.id} panel={panel} />
        ))}
      {views
        .filter((view) => view.hidden !== true)
        .map((view) => (
          <ViewButton key={view.id} view={view} />
        ))}
      <span className={styles.space} />
      {panels
        .filter((panel) => panel.side === "right" || panel.foot === true)
        .map((panel) => (
          <PanelButton key={panel.id} panel={panel} />
        ))}
      {children}
    </nav>
  );
}

function PanelButton({ panel }: { panel: Panel }) {
  const open = usePanels((state) => state[panel.side].open === panel.id);
  return (
    <RailButton
      id={`panel.${panel.id}`}
      title={panel.title}
      icon={panel.icon}
      on={open}
      act={() => togglePanel(panel.id)}
    />
  );
}

function ViewButton({ view }: { view: View }) {
  const open = useViews((state) => state.current?.id === view.id);
  return (
    <RailButton id={`view.${view.id}`} title={view.title} icon={view.icon} on={open} act={() => toggleView(view.id)} />
  );
}

interface RailButtonProps {
  /** The command that does the same. */
  id: string;
  title: string;
  icon: LucideIcon;
  on: boolean;
  act: () => void;
}

/** One button of the rail, with its key. */
export function RailButton({ id, title, icon: Icon, on, act }: RailButtonProps) {
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
