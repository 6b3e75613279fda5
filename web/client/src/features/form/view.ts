import { LayoutList } from "lucide-react";
import type { View } from "@/state/page/views";

export const formView: View = {
  id: "form",
  title: "form.title",
  icon: LayoutList,
  bare: true,
  load: () => import("./FormView"),
};
