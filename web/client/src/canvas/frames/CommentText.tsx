import Markdown from "markdown-to-jsx/react";

/** Links open beside the page; pictures are named and not fetched; HTML is shown as the text that it is. */
const OPTIONS = {
  disableParsingRawHTML: true,
  forceBlock: true,
  overrides: {
    a: { component: Link },
    img: { component: ({ alt }: { alt?: string }) => <em>{alt}</em> },
  },
};

/** The text of a comment as Markdown. Fetched when the first comment is drawn. */
export default function CommentText({ text }: { text: string }) {
  return <Markdown options={OPTIONS}>{text}</Markdown>;
}

function Link({ href, children }: { href?: string; children?: React.ReactNode }) {
  if (href === undefined || !/^(https?|mailto):/i.test(href)) return <span>{children}</span>;
  return (
    <a className="nodrag" href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}
