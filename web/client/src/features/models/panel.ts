import { Package } from "lucide-react";
import type { Panel } from "@/state/page/panels";

export const modelsPanel: Panel = {
  id: "models",
  title: "model_library.title",
  icon: Package,
  side: "left",
  key: "M",
  width: 360,
  load: () => import("./ModelsPanel"),
};
