import type { MemoryHolder, MemoryPlace } from "@/api/types";
import { nodeIndex } from "@/graph/document";
import { useWords } from "@/i18n/useWords";
import { nodeTitle } from "@/i18n/words";
import { viewport } from "@/state/canvas/viewport";
import { useWholeCatalogue } from "@/state/nodes/catalogue";
import { useFigures } from "@/state/page/figures";
import { goToRunNode } from "@/state/workflow/inside";
import { useWorkspace } from "@/state/workflow/workspace";
import styles from "./System.module.css";

/** Each device, and the host beside it: how full it is, and who holds what. */
export function MemoryList({ places }: { places: readonly MemoryPlace[] }) {
  const { t } = useWords();
  if (places.length === 0) return <p className={styles.quiet}>{t("system.no_memory")}</p>;
  return places.map((place) => <Place key={place.device} place={place} />);
}

function Place({ place }: { place: MemoryPlace }) {
  const { t } = useWords();
  const { bytes: size } = useFigures();
  const others = Math.max(0, place.total - place.free - place.held);
  const share = (bytes: number) => `${place.total === 0 ? 0 : Math.min(100, (100 * bytes) / place.total)}%`;
  const { holders = [], other_outputs: small } = place;
  return (
    <div className={styles.place} data-device={place.device}>
      <p className={styles.line}>
        <strong>{place.device}</strong>
        <span>{t("system.of", { used: size(place.total - place.free), total: size(place.total) })}</span>
      </p>
      <div className={styles.bar} aria-hidden>
        <span data-part="held" style={{ width: share(place.held) }} />
        <span data-part="others" style={{ width: share(others) }} />
      </div>
      <p className={styles.legend}>
        {place.held === 0 ? null : <span data-part="held">{t("system.held", { size: size(place.held) })}</span>}
        {others === 0 ? null : <span data-part="others">{t("system.others", { size: size(others) })}</span>}
        <span data-part="free">{t("system.free", { size: size(place.free) })}</span>
      </p>
      {holders.length === 0 ? <p className={styles.quiet}>{t("system.nothing_held")}</p> : null}
      <ul>
        {together(holders)
          .sort((one, other) => other.bytes - one.bytes)
          .map(({ count, ...holder }) => (
            <li key={sameOf(holder)}>
              <span className={styles.holder}>
                {holder.name}
                <small>
                  {t(`system.kind.${holder.kind}`)}
                  {count > 1 ? ` × ${count}` : ""}
                  {holder.in_use ? ` · ${t("system.in_use")}` : ""}
                  {holder.residency && holder.residency !== "full"
                    ? ` · ${t(`system.residency.${holder.residency}`, { size: size(holder.full_bytes) })}`
                    : ""}
                  <Nodes ids={holder.nodes ?? []} />
                </small>
              </span>
              <span className={styles.size}>{size(holder.bytes)}</span>
            </li>
          ))}
        {small !== undefined && (small.count ?? 0) > 0 ? (
          <li>
            <span className={styles.holder}>{t("system.small", { count: small.count ?? 0 })}</span>
            <span className={styles.size}>{size(small.bytes ?? 0)}</span>
          </li>
        ) : null}
      </ul>
    </div>
  );
}

const sameOf = ({ kind, name, nodes }: MemoryHolder) => `${kind} ${name} ${(nodes ?? []).join()}`;

/** What is the same kind of thing for the same nodes, such as the results of several runs, is one line. */
function together(holders: readonly MemoryHolder[]): (MemoryHolder & { count: number })[] {
  const lines = new Map<string, MemoryHolder & { count: number }>();
  for (const holder of holders) {
    const line = lines.get(sameOf(holder));
    if (line === undefined) lines.set(sameOf(holder), { ...holder, count: 1 });
    else {
      line.count += 1;
      line.bytes += holder.bytes;
      line.full_bytes += holder.full_bytes;
      line.in_use ||= holder.in_use;
    }
  }
  return [...lines.values()];
}

/** The nodes of the open workflow that it is held for, each the way to itself. */
function Nodes({ ids }: { ids: readonly string[] }) {
  const { t } = useWords();
  const document = useWorkspace((state) => state.history.document);
  const catalogue = useWholeCatalogue();
  const known = ids.flatMap((id) => {
    const node = nodeIndex(document).get(id);
    return node === undefined ? [] : [{ id, title: nodeTitle(t, node, catalogue.get(node.type)) }];
  });
  return known.map(({ id, title }) => (
    <button
      key={id}
      type="button"
      className={styles.node}
      aria-label={t("system.show_node", { title })}
      onClick={() => {
        const here = goToRunNode(id);
        setTimeout(() => viewport()?.reveal(here), 0);
      }}
    >
      {title}
    </button>
  ));
}
