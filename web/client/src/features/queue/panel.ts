import { ListOrdered } from "lucide-react";
import type { Panel } from "@/state/page/panels";

export const queuePanel: Panel = {
  id: "queue",
  title: "queue.title",
  icon: ListOrdered,
  side: "left",
  key: "Q",
  width: 400,
  load: () => import("./QueuePanel"),
};
