import { ListTree } from "lucide-react";
import type { Panel } from "@/state/page/panels";

export const outlinePanel: Panel = {
  id: "outline",
  title: "outline.title",
  icon: ListTree,
  side: "left",
  key: "O",
  width: 320,
  load: () => import("./OutlinePanel"),
};
