import { ImagePlus } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { GalleryPicture } from "@/api/pictures";
import { useWords } from "@/i18n/useWords";
import { nodeTitle } from "@/i18n/words";
import { addImageNode, imageNodes, setNodeImage } from "@/state/actions/reusePicture";
import { useKnownTypes } from "@/state/nodes/catalogue";
import { currentDocument } from "@/state/workflow/workspace";
import { MenuPortal } from "@/ui/MenuPortal";
import menu from "@/ui/menu.module.css";
import buttons from "./Buttons.module.css";

/** Put the picture into a node of the open workflow: what dragging it there does. */
export function SendMenu({ picture, onSent }: { picture: GalleryPicture; onSent: () => void }) {
  const { t } = useWords();
  const types = useKnownTypes();
  const nodes = imageNodes(currentDocument());
  const send = (act: () => void) => () => {
    act();
    onSent();
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={buttons.button}>
        <ImagePlus size={16} aria-hidden /> {t("gallery.use_image")}
      </DropdownMenu.Trigger>
      <MenuPortal>
        <DropdownMenu.Content className={menu.menu} sideOffset={4}>
          {nodes.map((node) => (
            <DropdownMenu.Item
              key={node.id}
              className={menu.item}
              onSelect={send(() => setNodeImage(node.id, picture))}
            >
              <span>{nodeTitle(t, node, types.get(node.type))}</span>
            </DropdownMenu.Item>
          ))}
          {nodes.length > 0 ? <DropdownMenu.Separator className={menu.separator} /> : null}
          <DropdownMenu.Item className={menu.item} onSelect={send(() => addImageNode(picture))}>
            <span>{t("gallery.new_image_node")}</span>
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </MenuPortal>
    </DropdownMenu.Root>
  );
}
