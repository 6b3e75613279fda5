import { FolderClosed } from "lucide-react";
import type { Panel } from "@/state/page/panels";

export const libraryPanel: Panel = {
  id: "workflows",
  title: "library.title",
  icon: FolderClosed,
  side: "left",
  key: "W",
  width: 360,
  load: () => import("./LibraryPanel"),
};
