const LINK = /(https?:\/\/[^\s)\]]*[^\s)\].,;]|arXiv:\d{4}\.\d{4,5}|doi:10\.[^\s)]*[^\s).,;])/i;

function addressOf(text: string): string {
  if (/^arxiv:/i.test(text)) return `https://arxiv.org/abs/${text.slice("arXiv:".length)}`;
  return /^doi:/i.test(text) ? `https://doi.org/${text.slice("doi:".length)}` : text;
}

/** A paragraph in which addresses and papers are links. */
export function Linked({ text }: { text: string }) {
  // Every second piece is what the expression found.
  const pieces = text.split(LINK).map((piece, at) => ({ piece, at, found: at % 2 === 1 }));
  return (
    <p>
      {pieces.map(({ piece, at, found }) =>
        found ? (
          <a key={`${at} ${piece}`} href={addressOf(piece)} target="_blank" rel="noreferrer">
            {piece}
          </a>
        ) : (
          piece
        ),
      )}
    </p>
  );
}
