/** Last previews of jobs that no canvas shows yet: of a page that was just loaded, of a tab that is parked. */

import { type PreviewHeader, shownNode } from "@/api/types";

export interface KeptPreview {
  header: PreviewHeader;
  picture: Blob;
}

const MOST_JOBS = 16;

const kept = new Map<string, Map<string, KeptPreview>>();

/** Keep a preview until its job is shown or ends; of a node, the latest. */
export function keepPreview(header: PreviewHeader, picture: Blob): void {
  const nodes = kept.get(header.job_id) ?? new Map<string, KeptPreview>();
  nodes.set(shownNode(header), { header, picture });
  kept.delete(header.job_id);
  kept.set(header.job_id, nodes);
  for (const job of [...kept.keys()].slice(0, -MOST_JOBS)) kept.delete(job);
}

/** The kept previews of a job, which are then no longer kept. */
export function takeKept(job: string): KeptPreview[] {
  const nodes = kept.get(job);
  kept.delete(job);
  return [...(nodes?.values() ?? [])];
}
