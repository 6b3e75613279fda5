import { getTemplates } from "@/api/client";
import { useWords } from "@/i18n/useWords";
import { templateWords, wordsOr } from "@/i18n/words";
import { openTemplate } from "@/state/actions/session";
import { Card, Nothing } from "./Card";
import { type ListProps, matches, useRead } from "./useRead";

/** Ready workflows: those that run here first, then those whose model is missing. */
export function TemplateList({ words }: ListProps) {
  const { t } = useWords();
  const { items, failed } = useRead(getTemplates);
  if (items === null && !failed) return null;
  const shown = (items ?? [])
    .map((template) => ({
      ...template,
      title: templateWords(t, template.title),
      about: wordsOr(t, `templates.${template.name}`, template.description),
      ready: (template.card?.models ?? []).every((model) => model.present),
    }))
    .filter(({ name, title, about, card }) => matches(words, [name, title, about, ...(card?.tags ?? [])]));
  if (shown.length === 0) return <Nothing words={words} empty={t("library.no_templates")} failed={failed} />;
  const groups = [
    ["ready", shown.filter((template) => template.ready)],
    ["needing", shown.filter((template) => !template.ready)],
  ] as const;
  return groups.map(([key, templates]) =>
    templates.length === 0 ? null : (
      <section key={key}>
        <h3>{t(`library.${key}`)}</h3>
        <ul>
          {templates.map(({ name, title, about, card, thumbnail }) => (
            <Card
              key={name}
              title={title}
              note={about}
              card={card}
              thumbnail={thumbnail}
              onOpen={() => void openTemplate(name)}
            />
          ))}
        </ul>
      </section>
    ),
  );
}
