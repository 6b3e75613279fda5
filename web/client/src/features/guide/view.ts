import { BookOpen } from "lucide-react";
import type { View } from "@/state/page/views";

export const guideView: View = {
  id: "guide",
  title: "guide.title",
  icon: BookOpen,
  hidden: true,
  load: () => import("./GuideView"),
};
