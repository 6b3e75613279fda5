/** Every view that fills the window. A new one adds one line here. */

import { formView } from "@/features/form/view";
import { galleryView } from "@/features/gallery/panel";
import { guideView } from "@/features/guide/view";
import { maskView } from "@/features/mask/view";
import type { View } from "@/state/page/views";

export const ALL_VIEWS: readonly View[] = [galleryView, formView, maskView, guideView];
