import { createContext } from "react";

/** Nodes whose widget of the same name is set together with the one that is edited. */
export const Together = createContext<readonly string[]>([]);
