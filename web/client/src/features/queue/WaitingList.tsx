import { ArrowDown, ArrowUp, ChevronsUp, GripVertical, ListOrdered, X } from "lucide-react";
import { useRef, useState } from "react";
import type { Spot } from "@/api/queue";
import type { Job } from "@/api/types";
import { useWords } from "@/i18n/useWords";
import { cancelOne, putJob } from "@/state/actions/queue";
import { useKeyOf } from "@/state/commands/bindings";
import { keyLabel } from "@/state/commands/stroke";
import { showWaiting, useQueue } from "@/state/runs/queue";
import { spotFor } from "@/state/runs/queueFold";
import { type ListHandle, type Placed, VirtualList } from "@/ui/VirtualList";
import { Empty } from "./Empty";
import { jobName } from "./jobWords";
import styles from "./Queue.module.css";
import { RowButton } from "./RowButton";

const ROW = 40;
const onRange = (first: number, last: number) => void showWaiting(first, last);

/** Where a dragged row would land: before this row, or behind it. */
interface Landing {
  at: number;
  behind: boolean;
}

/** What waits, in the order in which it will run. Alt+↑↓ moves, Alt+Home brings to the front, Del cancels. */
export function WaitingList() {
  const { t } = useWords();
  const waiting = useQueue((state) => state.waiting);
  const queued = useQueue((state) => state.queued);
  const known = useQueue((state) => state.known);
  const runKey = useKeyOf("run.run");
  const [current, setCurrent] = useState(0);
  const [landing, setLanding] = useState<Landing | null>(null);
  const dragged = useRef<string | null>(null);
  const list = useRef<ListHandle>(null);
  const count = Math.max(queued, waiting.length);
  if (count === 0) {
    return known ? <Empty icon={ListOrdered} text={t("queue.empty_waiting")} keys={runKey} /> : null;
  }
  const at = Math.min(current, count - 1);
  const focus = (index: number) => {
    const next = Math.max(0, Math.min(count - 1, index));
    setCurrent(next);
    list.current?.focus(next);
  };
  const put = (job: Job, spot: Spot | null, place: number) => {
    if (spot === null) return;
    void putJob(job, spot);
    focus(place);
  };
  const shift = (job: Job, from: number, place: number) =>
    put(job, place === 0 && from > 1 ? { to: "front" } : spotFor(waiting, job.id, place), place);
  const onKey = (event: React.KeyboardEvent, job: Job, index: number) => {
    const act = keyAct(event, index, {
      focus,
      shift: (place) => shift(job, index, place),
      cancel: () => void cancelOne(job).then(() => focus(index)),
      last: count - 1,
    });
    if (act === null) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const drop = () => {
    const job = waiting.find((item) => item.id === dragged.current);
    const beside = landing === null ? undefined : waiting[landing.at];
    if (job !== undefined && beside !== undefined && landing !== null && beside.id !== job.id) {
      void putJob(job, landing.behind ? { after: beside.id } : { before: beside.id });
    }
    setLanding(null);
    dragged.current = null;
  };
  const over = (event: React.DragEvent, index: number) => {
    if (dragged.current === null) return;
    event.preventDefault();
    const { top, height } = event.currentTarget.getBoundingClientRect();
    const behind = event.clientY > top + height / 2;
    if (landing?.at !== index || landing.behind !== behind) setLanding({ at: index, behind });
  };
  return (
    <VirtualList
      ref={list}
      label={t("queue.tab.waiting")}
      className={styles.list}
      count={count}
      rowHeight={ROW}
      onRange={onRange}
      row={(index, placed) => {
        const job = waiting[index];
        if (job === undefined) return <UnknownRow key={`unknown ${index}`} index={index} placed={placed} />;
        return (
          <li
            key={job.id}
            {...placed}
            tabIndex={index === at ? 0 : -1}
            className={styles.row}
            aria-label={t("queue.row", { place: index + 1, title: jobName(t, job), number: job.number })}
            data-job={job.id}
            data-landing={landing?.at === index ? (landing.behind ? "behind" : "before") : undefined}
            draggable
            onDragStart={(event) => {
              dragged.current = job.id;
              event.dataTransfer.effectAllowed = "move";
              event.dataTransfer.setData("text/plain", job.id);
            }}
            onDragOver={(event) => over(event, index)}
            onDrop={(event) => {
              event.preventDefault();
              drop();
            }}
            onDragEnd={() => setLanding(null)}
            onFocus={() => setCurrent(index)}
            onKeyDown={(event) => onKey(event, job, index)}
          >
            <GripVertical size={14} aria-hidden className={styles.grip} />
            <span className={styles.place}>{index + 1}</span>
            <span className={styles.name} title={jobName(t, job)}>
              {jobName(t, job)}
            </span>
            <span className={styles.number}>#{job.number}</span>
            <span className={styles.acts}>
              <RowButton
                label={`${t("queue.to_front")} (${keyLabel("Alt+Home")})`}
                skip={index !== at}
                disabled={index === 0}
                act={() => put(job, { to: "front" }, 0)}
              >
                <ChevronsUp size={16} aria-hidden />
              </RowButton>
              <RowButton
                label={`${t("queue.up")} (${keyLabel("Alt+ArrowUp")})`}
                skip={index !== at}
                disabled={index === 0}
                act={() => shift(job, index, index - 1)}
              >
                <ArrowUp size={16} aria-hidden />
              </RowButton>
              <RowButton
                label={`${t("queue.down")} (${keyLabel("Alt+ArrowDown")})`}
                skip={index !== at}
                disabled={index >= count - 1}
                act={() => shift(job, index, index + 1)}
              >
                <ArrowDown size={16} aria-hidden />
              </RowButton>
              <RowButton
                label={`${t("queue.cancel")} (${keyLabel("Delete")})`}
                skip={index !== at}
                act={() => void cancelOne(job)}
              >
                <X size={16} aria-hidden />
              </RowButton>
            </span>
          </li>
        );
      }}
    />
  );
}

interface KeyActs {
  focus: (index: number) => void;
  shift: (place: number) => void;
  cancel: () => void;
  last: number;
}

/** What a key on row `index` does, or null. */
function keyAct(event: React.KeyboardEvent, index: number, acts: KeyActs): (() => void) | null {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return null;
  const go = event.altKey ? acts.shift : acts.focus;
  switch (event.key) {
    case "ArrowUp":
      return index > 0 ? () => go(index - 1) : () => undefined;
    case "ArrowDown":
      return index < acts.last ? () => go(index + 1) : () => undefined;
    case "Home":
      return () => go(0);
    case "End":
      return event.altKey ? null : () => acts.focus(acts.last);
    case "Delete":
    case "Backspace":
      return event.altKey ? null : acts.cancel;
    default:
      return null;
  }
}

/** A row that is still being read. */
function UnknownRow({ index, placed }: { index: number; placed: Placed }) {
  return (
    <li {...placed} className={styles.row} aria-busy>
      <span className={styles.grip} />
      <span className={styles.place}>{index + 1}</span>
      <span className={styles.quiet}>…</span>
    </li>
  );
}
