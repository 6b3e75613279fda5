import { ApiError } from "@/api/client";
import { type DraftSummary, getDraft, getDrafts, reopenDraft } from "@/api/drafts";
import { useWords } from "@/i18n/useWords";
import { templateWords } from "@/i18n/words";
import { openDraft } from "@/state/actions/tabs";
import { useFigures } from "@/state/page/figures";
import { notify } from "@/state/page/notices";
import { useTabs } from "@/state/workflow/tabs";
import { Card, Nothing } from "./Card";
import { type ListProps, matches, useRead } from "./useRead";

interface ListedDraft extends DraftSummary {
  closed: boolean;
}

async function allDrafts(): Promise<ListedDraft[]> {
  const [open, closed] = await Promise.all([getDrafts(), getDrafts(true)]);
  return [
    ...open.map((draft) => ({ ...draft, closed: false })),
    ...closed.map((draft) => ({ ...draft, closed: true })),
  ].sort((one, other) => other.modified - one.modified);
}

/** What is or was open in any window of any browser, and not saved by name: nothing that was typed is out of reach. */
export function DraftList({ words }: ListProps) {
  const { t } = useWords();
  const figures = useFigures();
  const here = useTabs((state) => state.tabs);
  const { items, failed } = useRead(allDrafts);
  if (items === null && !failed) return null;
  const shown = (items ?? []).filter(
    ({ id, title }) => !here.some((tab) => tab.id === id) && matches(words, [title, templateWords(t, title)]),
  );
  if (shown.length === 0) return <Nothing words={words} empty={t("library.no_drafts")} failed={failed} />;
  const open = async ({ id, closed }: ListedDraft) => {
    try {
      openDraft(closed ? await reopenDraft(id) : await getDraft(id));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      notify("error", error.status === 0 ? t("connection.no_answer") : error.message);
    }
  };
  return (
    <ul>
      {shown.map((draft) => (
        <Card
          key={draft.id}
          title={templateWords(t, draft.title) || t("app.untitled")}
          note={`${figures.moment(draft.modified)} · ${t(draft.closed ? "library.was_closed" : "library.elsewhere")}`}
          card={null}
          thumbnail={null}
          onOpen={() => void open(draft)}
        />
      ))}
    </ul>
  );
}
