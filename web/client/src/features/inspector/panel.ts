import { PanelRight } from "lucide-react";
import type { Panel } from "@/state/page/panels";

export const inspectorPanel: Panel = {
  id: "inspector",
  title: "inspector.title",
  icon: PanelRight,
  side: "right",
  key: "I",
  width: 320,
  load: () => import("./InspectorPanel"),
};
