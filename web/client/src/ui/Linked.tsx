import { addressOf, CITED, paperOf } from "./citations";

const ADDRESS = String.raw`https?:\/\/[^\s)\]]*[^\s)\].,;]|arXiv:\d{4}\.\d{4,5}|doi:10\.[^\s)]*[^\s).,;)]`;
const LINK = new RegExp(`(${ADDRESS})`, "i");
const LINK_OR_CITATION = new RegExp(`(${ADDRESS}|${CITED})`, "i");

interface Props {
  text: string;
  /** Whether the text is ours, whose citations are known. Somebody else's "Liu et al. 2022" may be another paper. */
  ours?: boolean;
}

/** A paragraph in which addresses and papers are links. */
export function Linked({ text, ours = false }: Props) {
  // Every second piece is what the expression found.
  const pieces = text.split(ours ? LINK_OR_CITATION : LINK).map((piece, at) => ({ piece, at, found: at % 2 === 1 }));
  return (
    <p>
      {pieces.map(({ piece, at, found }) => {
        if (!found) return piece;
        const paper = paperOf(piece);
        return (
          <a
            key={`${at} ${piece}`}
            href={addressOf(paper?.id ?? piece)}
            title={paper?.title}
            target="_blank"
            rel="noreferrer"
          >
            {piece}
          </a>
        );
      })}
    </p>
  );
}
