import { TriangleAlert, Workflow } from "lucide-react";
import type { WorkflowCard } from "@/api/workflows";
import { useWords } from "@/i18n/useWords";
import { GraphDrawing } from "@/ui/GraphDrawing";
import styles from "./Library.module.css";

interface Props {
  title: string;
  /** What stands under the title. */
  note: string;
  card: WorkflowCard | null | undefined;
  thumbnail: string | null | undefined;
  onOpen: () => void;
  /** Its menu. */
  children?: React.ReactNode;
}

/** A workflow in a list: its picture, or its graph drawn small, or a sign; its name; and what it lacks here. */
export function Card({ title, note, card, thumbnail, onOpen, children }: Props) {
  const { t } = useWords();
  const missing = (card?.models ?? []).filter((model) => !model.present).map((model) => model.name);
  const lacks = [...missing, ...(card?.unknown_types ?? [])];
  return (
    <li className={styles.card}>
      <button type="button" className={styles.open} onClick={onOpen}>
        <span className={styles.picture}>
          <Face card={card} thumbnail={thumbnail} />
        </span>
        <span className={styles.words}>
          <strong>{title}</strong>
          <span>{note}</span>
          {lacks.length === 0 ? null : (
            <span className={styles.lacks} title={lacks.join("\n")}>
              <TriangleAlert size={12} aria-hidden />
              {t(missing.length > 0 ? "library.needs" : "library.unknown", { name: lacks[0] })}
              {lacks.length > 1 ? ` ${t("library.more", { count: lacks.length - 1 })}` : ""}
            </span>
          )}
        </span>
      </button>
      {children}
    </li>
  );
}

function Face({ card, thumbnail }: Pick<Props, "card" | "thumbnail">) {
  if (thumbnail != null) return <img src={thumbnail} alt="" loading="lazy" draggable={false} />;
  const boxes = boxesOf(card);
  return boxes.length === 0 ? <Workflow size={24} aria-hidden /> : <GraphDrawing label="" boxes={boxes} />;
}

function boxesOf(card: WorkflowCard | null | undefined) {
  return (card?.outline ?? []).map(([x, y, width, height], index) => ({ id: String(index), x, y, width, height }));
}

/** What a list says while it has nothing to show. */
export function Nothing({
  words,
  empty,
  failed,
  children,
}: {
  words: string;
  empty: string;
  failed: boolean;
  children?: React.ReactNode;
}) {
  const { t } = useWords();
  return (
    <div className={styles.nothing} role={failed ? "alert" : "status"}>
      <p>{failed ? t("connection.no_answer") : words === "" ? empty : t("library.none", { words })}</p>
      {words === "" && !failed ? children : null}
    </div>
  );
}
