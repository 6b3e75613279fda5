/** Names of files as widgets hold them: a path in the input folder, or in another one that stands behind it. */

export type FileRoot = "input" | "output" | "temp";

export interface NamedFile {
  root: FileRoot;
  subfolder: string;
  name: string;
}

/** Take apart `folder/photo.png [output]`. */
export function fileOf(value: string): NamedFile {
  const [, path = value, root = "input"] = /^(.*?)(?: \[(input|output|temp)\])?$/s.exec(value) ?? [];
  const cut = path.lastIndexOf("/");
  return { root: root as FileRoot, subfolder: path.slice(0, Math.max(0, cut)), name: path.slice(cut + 1) };
}

/** A file as a widget's value. */
export function widgetValueOf({ root, subfolder, name }: NamedFile): string {
  const path = subfolder === "" ? name : `${subfolder}/${name}`;
  return root === "input" ? path : `${path} [${root}]`;
}

/** What a mask of a picture is called: beside it, by its name. */
export function maskName(picture: string): string {
  return `${picture.replace(/\.[^.]+$/, "")}-mask.png`;
}
