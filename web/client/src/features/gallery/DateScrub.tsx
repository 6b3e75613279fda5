import { useState } from "react";
import { useWords } from "@/i18n/useWords";
import { jumpTo, useGallery } from "@/state/pictures/gallery";
import { monthWords } from "./dayWords";
import styles from "./Grid.module.css";

/** The months at the edge, each as long as it has pictures: a click or a drag goes there, ↑ ↓ go month by month. */
export function DateScrub() {
  const { t } = useWords();
  const months = useGallery((state) => state.summary.months);
  const total = useGallery((state) => state.summary.total);
  const chosen = useGallery((state) => state.untilMonth);
  const [over, setOver] = useState<{ index: number; y: number } | null>(null);
  const language = document.documentElement.lang || "en";
  if (months.length < 2) return null;
  const now = Math.max(
    0,
    months.findIndex(({ month }) => month === chosen),
  );
  const ends = months.map((_, index) => months.slice(0, index + 1).reduce((sum, { count }) => sum + count, 0) / total);
  const at = (event: React.PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = Math.min(0.999, Math.max(0, (event.clientY - box.top) / box.height));
    return {
      index: Math.max(
        0,
        ends.findIndex((end) => share < end),
      ),
      y: share * 100,
    };
  };
  const go = (index: number) => {
    const month = months[Math.min(months.length - 1, Math.max(0, index))];
    if (month !== undefined) jumpTo(index <= 0 ? null : month);
  };
  const label = over === null ? null : months[over.index];
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={t("gallery.scrub")}
      aria-valuemin={0}
      aria-valuemax={months.length - 1}
      aria-valuenow={now}
      aria-valuetext={monthWords(language, months[now]?.month ?? "")}
      className={styles.scrub}
      onPointerMove={(event) => setOver(at(event))}
      onPointerLeave={() => setOver(null)}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerUp={(event) => go(at(event).index)}
      onKeyDown={(event) => {
        const step = { ArrowUp: -1, ArrowDown: 1, Home: -months.length, End: months.length }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        go(now + step);
      }}
    >
      {months.map(({ month, count }, index) => (
        <span key={month} data-on={index === now} style={{ flexGrow: count }} />
      ))}
      {label == null ? null : (
        <span className={styles.scrubLabel} style={{ top: `${over?.y}%` }}>
          {monthWords(language, label.month)} · {label.count}
        </span>
      )}
    </div>
  );
}
