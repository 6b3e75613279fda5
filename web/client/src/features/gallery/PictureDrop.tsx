import { ImagePlus, Workflow } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useEffect, useState } from "react";
import { useWords } from "@/i18n/useWords";
import { dropPicture, pictureIn } from "@/state/actions/placePicture";
import { addImageNode, imageNodes, openPictureWorkflow, setNodeImage } from "@/state/actions/reusePicture";
import { viewport } from "@/state/canvas/viewport";
import { type CarriedPicture, carriedPicture, PICTURE_TYPE } from "@/state/pictures/pictureDrag";
import { currentDocument } from "@/state/workflow/workspace";
import { MenuPoint } from "@/ui/MenuPoint";
import menu from "@/ui/menu.module.css";
import styles from "./Drop.module.css";

interface Dropped {
  picture: CarriedPicture;
  screen: { x: number; y: number };
}

/**
 * A picture dragged onto a node becomes its image, whether it comes from this page or from another program's window. One of
 * this page on the empty canvas: the person chooses what to make of it.
 */
export function PictureDrop() {
  const { t } = useWords();
  const [dropped, setDropped] = useState<Dropped | null>(null);
  const [target, setTarget] = useState<DOMRect | null>(null);
  useEffect(() => {
    const carried = (event: DragEvent) => event.dataTransfer?.types.includes(PICTURE_TYPE) === true;
    const onOver = (event: DragEvent) => {
      const own = carried(event);
      if (!own && !carriesPictureFile(event)) return;
      const node = nodeAt(event.clientX, event.clientY);
      setTarget(node?.element.getBoundingClientRect() ?? null);
      if (!own || (node === null && !onCanvas(event))) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "copy";
    };
    const onDrop = (event: DragEvent) => {
      const picture = carriedPicture(event.dataTransfer);
      const file = pictureIn(event.dataTransfer);
      setTarget(null);
      const node = nodeAt(event.clientX, event.clientY);
      if (picture === null && (file === null || node === null)) return;
      event.preventDefault();
      event.stopPropagation();
      if (picture === null) void dropPicture(file as File, { node: node?.id });
      else if (node !== null) setNodeImage(node.id, picture);
      else if (onCanvas(event)) setDropped({ picture, screen: { x: event.clientX, y: event.clientY } });
    };
    const onEnd = () => setTarget(null);
    addEventListener("dragover", onOver, true);
    addEventListener("drop", onDrop, true);
    addEventListener("dragend", onEnd, true);
    return () => {
      removeEventListener("dragover", onOver, true);
      removeEventListener("drop", onDrop, true);
      removeEventListener("dragend", onEnd, true);
    };
  }, []);
  if (target !== null) {
    const { left, top, width, height } = target;
    return <div className={styles.dropTarget} style={{ left, top, width, height }} />;
  }
  if (dropped === null) return null;
  const { picture, screen } = dropped;
  return (
    <DropdownMenu.Root modal={false} open onOpenChange={(open) => !open && setDropped(null)}>
      <MenuPoint x={screen.x} y={screen.y} label={t("gallery.drop_menu")} />
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu.menu} align="start">
          <DropdownMenu.Item className={menu.item} onSelect={() => addImageNode(picture, viewport()?.toCanvas(screen))}>
            <ImagePlus size={14} aria-hidden />
            <span>{t("gallery.new_image_node")}</span>
          </DropdownMenu.Item>
          <DropdownMenu.Item
            className={menu.item}
            disabled={!picture.workflow}
            onSelect={() => void openPictureWorkflow(picture)}
          >
            <Workflow size={14} aria-hidden />
            <span>{t("results.restore")}</span>
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** Until a file is dropped, a page is told its type alone. */
function carriesPictureFile({ dataTransfer }: DragEvent): boolean {
  return [...(dataTransfer?.items ?? [])].some(({ kind, type }) => kind === "file" && type.startsWith("image/"));
}

/** The node under a point of the screen that can take a picture. */
function nodeAt(x: number, y: number): { id: string; element: Element } | null {
  const element = document.elementFromPoint(x, y)?.closest("article[data-node]");
  const id = element?.getAttribute("data-node");
  if (element == null || id == null) return null;
  return imageNodes(currentDocument()).some((node) => node.id === id) ? { id, element } : null;
}

function onCanvas(event: DragEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  return target?.closest("#canvas") != null && target.closest("article[data-node]") === null;
}
