import { Ellipsis } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useWords } from "@/i18n/useWords";
import { nodeTitle, typeTitle } from "@/i18n/words";
import { useKnownTypes } from "@/state/nodes/catalogue";
import { useSelection } from "@/state/workflow/selection";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import menu from "@/ui/menu.module.css";
import styles from "./Models.module.css";
import { addLoader, copyName, loaderAmong, loadersOf, setModel } from "./use";

interface Props {
  kind: string;
  name: string;
  /** What the person sees as its name. */
  title: string;
}

/** What can be done with a model file. */
export function ModelMenu({ kind, name, title }: Props) {
  const { t } = useWords();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={styles.more} aria-label={t("model_library.menu", { name: title })}>
        <Ellipsis size={16} aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.menu} align="end" collisionPadding={8}>
          <Uses kind={kind} name={name} />
          <DropdownMenu.Item className={menu.item} onSelect={() => copyName(kind, name)}>
            <span>{t(kind === "embeddings" ? "model_library.copy_word" : "model_library.copy")}</span>
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** The ways into the workflow, looked up only while the menu is open. */
function Uses({ kind, name }: Pick<Props, "kind" | "name">) {
  const { t } = useWords();
  const catalogue = useKnownTypes();
  const document = useWorkspace(shown);
  const selected = useSelection((state) => state.nodes);
  const loader = loaderAmong(document, catalogue, selected, kind);
  const loaders = loadersOf(catalogue, kind);
  return (
    <>
      {loader === undefined ? null : (
        <DropdownMenu.Item className={menu.item} onSelect={() => setModel(loader, kind, name)}>
          <span>{t("model_library.use_in", { node: nodeTitle(t, loader, catalogue.get(loader.type)) })}</span>
        </DropdownMenu.Item>
      )}
      {loaders.map((spec) => (
        <DropdownMenu.Item key={spec.id} className={menu.item} onSelect={() => addLoader(spec, kind, name)}>
          <span>{t("node_library.add", { title: typeTitle(t, spec, spec.id) })}</span>
        </DropdownMenu.Item>
      ))}
      {loader === undefined && loaders.length === 0 ? null : <DropdownMenu.Separator className={menu.separator} />}
    </>
  );
}
