/** The model files of the server. */

import { call } from "./client";
import type { ModelFileList } from "./types";

/** Every kind with its files; with `facts` also what each file is, as far as that is known within seconds. */
export function getModels(facts: boolean): Promise<ModelFileList> {
  return call<ModelFileList>("GET", facts ? "/models?facts=true" : "/models");
}
