import { Images } from "lucide-react";
import type { Panel } from "@/state/page/panels";
import type { View } from "@/state/page/views";

export const galleryPanel: Panel = {
  id: "gallery",
  title: "gallery.title",
  icon: Images,
  side: "left",
  key: "A",
  width: 320,
  load: () => import("./GalleryPanel"),
};

/** The same pictures in the whole window; the panel and a command lead here. */
export const galleryView: View = {
  id: "gallery",
  title: "gallery.title",
  icon: Images,
  hidden: true,
  load: () => import("./GalleryView"),
};
