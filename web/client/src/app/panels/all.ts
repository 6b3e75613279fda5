/** Every panel of the page, in the order of the rail. A new one adds one line here. */

import { galleryPanel } from "@/features/gallery/panel";
import { inspectorPanel } from "@/features/inspector/panel";
import { libraryPanel } from "@/features/library/panel";
import { modelsPanel } from "@/features/models/panel";
import { nodesPanel } from "@/features/nodes/panel";
import { outlinePanel } from "@/features/outline/panel";
import { queuePanel } from "@/features/queue/panel";
import { pluginsPanel, systemPanel } from "@/features/system/panel";
import type { Panel } from "@/state/page/panels";

export const ALL_PANELS: readonly Panel[] = [
  nodesPanel,
  libraryPanel,
  modelsPanel,
  galleryPanel,
  queuePanel,
  outlinePanel,
  inspectorPanel,
  pluginsPanel,
  systemPanel,
];
