import { CircleCheck, Copy, Eraser, LoaderCircle, TriangleAlert } from "lucide-react";
import { ApiError, getSystem } from "@/api/client";
import { freeMemory, getLog, getMemory, getPlugins } from "@/api/system";
import type { SystemInfo } from "@/api/types";
import { problemRemedy, problemSentence } from "@/i18n/problemWords";
import { useWords } from "@/i18n/useWords";
import { notify } from "@/state/page/notices";
import { openPanel } from "@/state/page/panels";
import { LogTail } from "./LogTail";
import { MemoryList } from "./MemoryList";
import { RestartButton } from "./RestartButton";
import { reportText } from "./report";
import styles from "./System.module.css";
import { usePolled } from "./usePolled";

const LOG_LINES = 200;
const readLog = () => getLog(LOG_LINES);

/** How the server, its worker and its memory fare, and what the log says last. */
export default function SystemPanel() {
  const { t } = useWords();
  const system = usePolled(getSystem, 2000);
  const memory = usePolled(getMemory, 2000);
  const log = usePolled(readLog, 4000);
  const free = async () => {
    await quietly(freeMemory(), t("connection.no_answer"));
    memory.again();
  };
  const copy = async () => {
    const plugins = await getPlugins().catch(() => null);
    const text = reportText({
      system: system.value,
      places: memory.value ?? [],
      plugins,
      log: log.value ?? [],
      browser: navigator.userAgent,
    });
    try {
      await navigator.clipboard.writeText(text);
      notify("info", t("system.copied"));
    } catch {
      notify("warning", t("inspector.not_copied"));
    }
  };
  if (system.value === null) {
    return (
      <p className={styles.quiet} role={system.failed ? "alert" : "status"}>
        {t(system.failed ? "connection.no_answer" : "panel.loading")}
      </p>
    );
  }
  return (
    <div className={styles.system}>
      {system.failed ? (
        <p className={styles.trouble} role="alert">
          {t("connection.no_answer")}
        </p>
      ) : null}
      <section>
        <h3>{t("system.worker")}</h3>
        <Worker system={system.value} />
        <div className={styles.acts}>
          <RestartButton className={styles.act} onDone={system.again} />
        </div>
      </section>
      <section>
        <h3>{t("system.memory")}</h3>
        <MemoryList places={memory.value ?? []} />
        {(memory.value ?? []).length === 0 ? null : (
          <div className={styles.acts}>
            <button type="button" className={styles.act} onClick={() => void free()}>
              <Eraser size={14} aria-hidden /> {t("system.free_all")}
            </button>
          </div>
        )}
      </section>
      <section>
        <h3>{t("queue.title")}</h3>
        <p className={styles.line}>
          <span>
            {t("system.queue", { queued: system.value.queue.queued, running: system.value.queue.running })}
            {system.value.queue.paused ? ` · ${t("queue.paused")}` : ""}
          </span>
          <button type="button" className={styles.link} onClick={() => openPanel("queue")}>
            {t("system.open_queue")}
          </button>
        </p>
      </section>
      <section>
        <h3>{t("system.versions")}</h3>
        <Versions system={system.value} />
      </section>
      <section className={styles.logs}>
        <h3>{t("system.log")}</h3>
        <LogTail lines={log.value ?? []} />
        <div className={styles.acts}>
          <button type="button" className={styles.act} onClick={() => void copy()}>
            <Copy size={14} aria-hidden /> {t("system.copy")}
          </button>
        </div>
      </section>
    </div>
  );
}

async function quietly(work: Promise<void>, otherwise: string): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    notify("error", error.message || otherwise);
  }
}

const WELL = new Set(["ready", "busy"]);

function Worker({ system: { worker } }: { system: SystemInfo }) {
  const { t } = useWords();
  const Icon = WELL.has(worker.state) ? CircleCheck : worker.state === "faulty" ? TriangleAlert : LoaderCircle;
  return (
    <>
      <p className={styles.worker} data-state={worker.state}>
        <Icon size={16} aria-hidden />
        <strong>{t(`system.state.${worker.state}`)}</strong>
        {worker.device ? <span>{worker.device}</span> : null}
      </p>
      {worker.problem == null ? null : (
        <p className={styles.trouble}>
          {problemSentence(t, worker.problem)} {problemRemedy(t, worker.problem)}
        </p>
      )}
      {(worker.restarts ?? 0) > 0 ? (
        <p className={styles.quiet}>{t("system.restarts", { count: worker.restarts })}</p>
      ) : null}
    </>
  );
}

function Versions({ system }: { system: SystemInfo }) {
  const { t } = useWords();
  const lines = [
    ["Noiseloom", system.version],
    ["Python", system.python],
    ...Object.entries(system.worker.versions ?? {}).filter(([name]) => name.toLowerCase() !== "python"),
    [t("system.platform"), system.platform],
  ] as const;
  return (
    <dl className={styles.versions}>
      {lines.map(([name, version]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{version}</dd>
        </div>
      ))}
    </dl>
  );
}
