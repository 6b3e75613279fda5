/** The sub-graph that is about to be published, while the dialog asks for its name. */

import { create } from "zustand";

export interface PublishRequest {
  definition: string;
  /** The node whose values new instances begin with. */
  instance: string | null;
}

export const usePublishing = create<{ asked: PublishRequest | null }>(() => ({ asked: null }));

export function openPublish(asked: PublishRequest | null): void {
  usePublishing.setState({ asked });
}
