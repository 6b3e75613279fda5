import { Brush } from "lucide-react";
import type { View } from "@/state/page/views";

export const maskView: View = {
  id: "mask",
  title: "mask.editor",
  icon: Brush,
  bare: true,
  hidden: true,
  load: () => import("./MaskView"),
};
