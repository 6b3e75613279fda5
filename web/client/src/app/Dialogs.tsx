import { askName, useNameRequest } from "@/state/canvas/naming";
import { closing } from "@/state/page/broken";
import { openViewer, useOverlays } from "@/state/page/overlays";
import { useTour } from "@/state/page/tour";
import { closeCompare, useCompare } from "@/state/pictures/compare";
import { openPublish, usePublishing } from "@/state/workflow/publishing";
import { useSaving } from "@/state/workflow/saving";
import { openFaces, useFaces } from "@/state/workflow/subgraphFaces";
import { openUpdate, useUpdating } from "@/state/workflow/updating";
import { useWorkspace } from "@/state/workflow/workspace";
import { onDemand, usePrefetch } from "@/ui/onDemand";

const overlay = (closed: Partial<ReturnType<typeof useOverlays.getState>>) =>
  closing(() => useOverlays.setState(closed));
const saving = (closed: Partial<ReturnType<typeof useSaving.getState>>) => closing(() => useSaving.setState(closed));

const CommandPalette = onDemand(() => import("@/features/commands/CommandPalette"), overlay({ commands: false }));
const Palette = onDemand(() => import("@/features/palette/Palette"), overlay({ palette: null }));
const Settings = onDemand(() => import("@/features/settings/Settings"), overlay({ settings: null }));
const Help = onDemand(() => import("@/features/help/Help"), overlay({ help: false }));
const BatchDialog = onDemand(() => import("@/features/batch/BatchDialog"), overlay({ batchDialog: false }));
const ResultGrid = onDemand(() => import("@/features/batch/ResultGrid"), overlay({ batchGrid: null }));
const FacesDialog = onDemand(
  () => import("@/features/subgraph/FacesDialog"),
  closing(() => openFaces(null)),
);
const PublishDialog = onDemand(
  () => import("@/features/subgraph/PublishDialog"),
  closing(() => openPublish(null)),
);
const UpdateDialog = onDemand(
  () => import("@/features/subgraph/UpdateDialog"),
  closing(() => openUpdate(null)),
);
const NameDialog = onDemand(
  () => import("@/features/naming/NameDialog"),
  closing(() => askName(null)),
);
const SaveAsDialog = onDemand(() => import("@/features/saving/SaveAsDialog"), saving({ asking: false }));
const ConflictDialog = onDemand(() => import("@/features/saving/ConflictDialog"), saving({ conflict: null }));
const VersionsDialog = onDemand(() => import("@/features/saving/VersionsDialog"), saving({ versions: null }));
const MissingDialog = onDemand(() => import("@/features/missing/MissingDialog"), saving({ missing: false }));
const OpenViewer = onDemand(
  () => import("@/features/gallery/OpenViewer"),
  closing(() => openViewer(null)),
);
const OpenCompare = onDemand(() => import("@/features/gallery/OpenCompare"), closing(closeCompare));

const TourCard = onDemand(
  () => import("@/features/tour/TourCard"),
  closing(() => useTour.setState({ open: false })),
);

/** Where a person types before looking. */
const AT_ONCE = [Palette, CommandPalette];

/** The dialogs. Each is fetched when it is first asked for. */
export function Dialogs() {
  const { palette, commands, settings, help, batchDialog, batchGrid } = useOverlays();
  usePrefetch(AT_ONCE);
  const request = useNameRequest((state) => state.request);
  const updating = useUpdating((state) => state.asked);
  return (
    <>
      {palette === null ? null : <Palette key={JSON.stringify(palette.screen)} request={palette} />}
      {commands ? <CommandPalette /> : null}
      {settings === null ? null : <Settings />}
      {help ? <Help /> : null}
      {batchDialog ? <BatchDialog /> : null}
      {batchGrid === null ? null : <ResultGrid key={batchGrid} id={batchGrid} />}
      {request === null ? null : <NameDialog key={request.title + request.value} request={request} />}
      <Faces />
      <Publish />
      {updating === null ? null : <UpdateDialog ids={updating} />}
      <Saving />
      <Pictures />
    </>
  );
}

/** What to try after the first picture, in a corner of the canvas. */
export function Tour() {
  return useTour((state) => state.open) ? <TourCard /> : null;
}

function Faces() {
  const id = useFaces((state) => state.definition);
  const definition = useWorkspace((state) => state.history.document.subgraphs?.find((item) => item.id === id));
  return definition === undefined ? null : <FacesDialog definition={definition} />;
}

function Publish() {
  const asked = usePublishing((state) => state.asked);
  const definition = useWorkspace((state) =>
    state.history.document.subgraphs?.find((item) => item.id === asked?.definition),
  );
  if (asked === null || definition === undefined) return null;
  return <PublishDialog definition={definition} instance={asked.instance} />;
}

/** What saving asks: a name, what to do about somebody else's change, which version, what stands in for what is missing. */
function Saving() {
  const { asking, conflict, versions, missing } = useSaving();
  return (
    <>
      {asking ? <SaveAsDialog /> : null}
      {conflict === null ? null : <ConflictDialog conflict={conflict} />}
      {versions === null ? null : <VersionsDialog name={versions} />}
      {missing ? <MissingDialog /> : null}
    </>
  );
}

function Pictures() {
  const picture = useOverlays((state) => state.viewer);
  const compared = useCompare((state) => state.pictures);
  return (
    <>
      {picture === null ? null : <OpenViewer picture={picture} />}
      {compared.length < 2 ? null : <OpenCompare pictures={compared} />}
    </>
  );
}
