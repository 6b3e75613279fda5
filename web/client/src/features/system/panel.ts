import { Activity, Plug } from "lucide-react";
import type { Panel } from "@/state/page/panels";

export const systemPanel: Panel = {
  id: "system",
  title: "system.title",
  icon: Activity,
  side: "left",
  foot: true,
  key: "Ctrl+`",
  width: 400,
  load: () => import("./SystemPanel"),
};

export const pluginsPanel: Panel = {
  id: "plugins",
  title: "plugins.title",
  icon: Plug,
  side: "left",
  foot: true,
  width: 360,
  load: () => import("./PluginsPanel"),
};
