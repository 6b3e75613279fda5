import { ArrowLeft } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { fileUrlOf } from "@/api/client";
import { fileOf } from "@/graph/fileNames";
import { useWords } from "@/i18n/useWords";
import { useCatalogue } from "@/state/nodes/catalogue";
import { closeView, type ViewProps } from "@/state/page/views";
import { useWorkspace } from "@/state/workflow/workspace";
import { readDraft } from "./drafts";
import styles from "./Mask.module.css";
import { MaskEditor } from "./MaskEditor";
import { loadPicture, maskOf, transparencyOf } from "./pictureFile";
import { emptyMask } from "./pixels/mask";
import { MaskSession } from "./session";
import { type Target, targetOf } from "./target";

type Loaded = { session: MaskSession; kept: boolean } | "loading" | "unreadable";

/** The mask editor in the window: `#/mask/node:<id>` or `#/mask/file:<picture>`. */
export default function MaskView({ path }: ViewProps) {
  const { t } = useWords();
  const ready = useCatalogue((state) => state.loaded);
  const opened = useWorkspace((state) => state.opened);
  const target = useMemo(() => (ready && opened > 0 ? targetOf(path) : null), [path, ready, opened]);
  const loaded = useLoaded(target);
  if (!ready || opened === 0) return <Message words={t("mask.loading")} />;
  if (target === null) return <Message words={t("mask.nothing")} back />;
  if (loaded === "loading") return <Message words={t("mask.loading")} />;
  if (loaded === "unreadable") return <Message words={t("mask.unreadable", { name: target.file.name })} back />;
  return <MaskEditor session={loaded.session} target={target} path={path} kept={loaded.kept} />;
}

function useLoaded(target: Target | null): Loaded {
  const [loaded, setLoaded] = useState<Loaded>("loading");
  useEffect(() => {
    if (target === null) return;
    let session: MaskSession | undefined;
    let gone = false;
    setLoaded("loading");
    load(target)
      .then((found) => {
        session = found.session;
        if (gone) session.close();
        else setLoaded(found);
      })
      .catch(() => gone || setLoaded("unreadable"));
    return () => {
      gone = true;
      session?.close();
    };
  }, [target]);
  return loaded;
}

/** The picture with its unsaved strokes, else with the node's mask, else with what is transparent in it. */
async function load(target: Target): Promise<{ session: MaskSession; kept: boolean }> {
  const picture = await loadPicture(fileUrlOf(target.file));
  const { width, height } = picture;
  const draft = await readDraft(target.key);
  const strokes = draft === null ? null : await maskOf(draft, width, height);
  if (strokes !== null) return { session: new MaskSession(picture, strokes, target.key, true), kept: true };
  const saved = target.mask === "" ? null : await savedMask(target.mask, width, height);
  const seeThrough = /\.(png|webp|gif)$/i.test(target.file.name);
  const mask = saved ?? (seeThrough && target.mask === "" ? transparencyOf(picture) : emptyMask(width, height));
  return { session: new MaskSession(picture, mask, target.key, false), kept: false };
}

async function savedMask(value: string, width: number, height: number) {
  const response = await fetch(fileUrlOf(fileOf(value)));
  return response.ok ? maskOf(await response.blob(), width, height) : null;
}

function Message({ words, back = false }: { words: string; back?: boolean }) {
  const { t } = useWords();
  return (
    <div className={styles.message}>
      <p role="status">{words}</p>
      {back ? (
        <button type="button" onClick={closeView}>
          <ArrowLeft size={16} aria-hidden /> {t("mask.back")}
        </button>
      ) : null}
    </div>
  );
}
