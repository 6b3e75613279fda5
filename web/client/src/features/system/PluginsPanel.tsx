import { CircleCheck, CircleOff, LoaderCircle, TriangleAlert } from "lucide-react";
import { useEffect } from "react";
import { getPlugins } from "@/api/system";
import type { Plugin } from "@/api/types";
import { useWords } from "@/i18n/useWords";
import { typeTitle } from "@/i18n/words";
import { useCatalogue } from "@/state/nodes/catalogue";
import { useOverlays } from "@/state/page/overlays";
import { useRuns } from "@/state/runs/runs";
import { RestartButton } from "./RestartButton";
import styles from "./System.module.css";
import { usePolled } from "./usePolled";

const PAUSE_MS = 10_000;
const ORDER: readonly Plugin["state"][] = ["failed", "found", "loaded", "disabled", "left_out"];

/** Every plug-in that was found, what it brings, and why one does not work. */
export default function PluginsPanel() {
  const { t } = useWords();
  const { value, failed, again } = usePolled(getPlugins, PAUSE_MS);
  const worker = useRuns((state) => state.worker);
  useEffect(() => {
    if (worker === "ready") again();
  }, [worker, again]);
  if (value === null) {
    return (
      <p className={styles.quiet} role={failed ? "alert" : "status"}>
        {t(failed ? "connection.no_answer" : "panel.loading")}
      </p>
    );
  }
  const plugins = [...value.plugins].sort(
    (one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state) || one.name.localeCompare(other.name),
  );
  return (
    <div className={styles.system}>
      {!value.ready ? (
        <p className={styles.quiet} role="status">
          {t("plugins.waiting")}
        </p>
      ) : null}
      {value.ready && plugins.length === 0 ? <p className={styles.quiet}>{t("plugins.none")}</p> : null}
      {plugins.map((plugin) => (
        <Pack key={plugin.path} plugin={plugin} />
      ))}
      <div className={styles.acts}>
        <RestartButton className={styles.act} onDone={again} />
        <button type="button" className={styles.act} onClick={() => useOverlays.setState({ settings: "extensions" })}>
          {t("plugins.extensions")}
        </button>
      </div>
      <p className={styles.quiet}>{t("plugins.hint")}</p>
    </div>
  );
}

const ICONS = {
  failed: TriangleAlert,
  found: LoaderCircle,
  loaded: CircleCheck,
  disabled: CircleOff,
  left_out: CircleOff,
} as const;

function Pack({ plugin }: { plugin: Plugin }) {
  const { t } = useWords();
  const { name, state, nodes = [], seconds = 0, cause = "", details = "", notes = [] } = plugin;
  const Icon = ICONS[state];
  return (
    <section className={styles.pack} data-pack={name} data-state={state}>
      <h3>
        <Icon size={16} aria-hidden />
        <span>{name}</span>
        <small>{t(`plugins.state.${state}`)}</small>
      </h3>
      {state === "failed" ? (
        <>
          <p className={styles.trouble}>{cause}</p>
          <p>{t("plugins.remedy")}</p>
          {details === "" ? null : (
            <details>
              <summary>{t("trouble.details")}</summary>
              <pre className={styles.log} lang="en">
                {details}
              </pre>
            </details>
          )}
        </>
      ) : null}
      {state === "disabled" || state === "left_out" ? <p>{t(`plugins.why.${state}`)}</p> : null}
      {notes.map((note) => (
        <p key={note} className={styles.trouble}>
          {note}
        </p>
      ))}
      {state === "loaded" ? <Nodes nodes={nodes} seconds={seconds} /> : null}
    </section>
  );
}

function Nodes({ nodes, seconds }: { nodes: readonly string[]; seconds: number }) {
  const { t } = useWords();
  const catalogue = useCatalogue((state) => state.catalogue);
  const took = t("run.took", { seconds: seconds.toFixed(2) });
  if (nodes.length === 0) return <p className={styles.quiet}>{t("plugins.no_nodes")}</p>;
  return (
    <details>
      <summary>
        {t("plugins.nodes", { count: nodes.length })} · {took}
      </summary>
      <ul>
        {nodes.map((type) => (
          <li key={type}>
            <span className={styles.holder}>{typeTitle(t, catalogue.get(type), type)}</span>
            <code>{type}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
