/** Whether the last thing typed into a field was refused. */

import { useState } from "react";

/** The mark stands until the field is entered again, or holds something else: it would stand around a good value. */
export function useRefused(held: unknown): [refused: boolean, mark: (refused: boolean) => void] {
  const [refused, setRefused] = useState(false);
  const [seen, setSeen] = useState(held);
  if (!Object.is(seen, held)) {
    setSeen(held);
    setRefused(false);
  }
  return [refused, setRefused];
}
