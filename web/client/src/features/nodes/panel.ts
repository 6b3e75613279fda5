import { Blocks } from "lucide-react";
import type { Panel } from "@/state/page/panels";

export const nodesPanel: Panel = {
  id: "nodes",
  title: "node_library.title",
  icon: Blocks,
  side: "left",
  key: "N",
  width: 320,
  load: () => import("./NodesPanel"),
};
