/**
 * The plain text that AUTOMATIC1111's page and its kin leave in pictures, as run form: prompt, "Negative prompt: …", and
 * a last line of "Name: value" pairs from "Steps:" on.
 */

import type { Catalogue } from "../spec";

export interface Parameters {
  prompt: string;
  negative: string;
  /** By name in lower case: `steps`, `sampler`, `cfg scale`, `seed`, `size`, `model` … */
  settings: ReadonlyMap<string, string>;
}

/** Null when the text is something else. */
export function readParameters(text: string): Parameters | null {
  const lines = text.trim().split(/\r?\n/);
  const last = lines.findLastIndex((line) => /^\s*Steps: \d+/.test(line));
  if (last < 0) return null;
  const settings = new Map<string, string>();
  for (const [, name, quoted, plain] of (lines[last] ?? "").matchAll(
    /([\w][\w +/-]*): (?:"((?:[^"\\]|\\.)*)"|([^,]*))/g,
  )) {
    settings.set((name ?? "").trim().toLowerCase(), (quoted ?? plain ?? "").trim());
  }
  const words = lines.slice(0, last).join("\n");
  const [prompt = "", ...rest] = words.split(/^Negative prompt: /m);
  return { prompt: prompt.trim(), negative: rest.join("Negative prompt: ").trim(), settings };
}

const SAMPLERS: Record<string, string> = {
  "euler a": "euler_ancestral",
  euler: "euler",
  heun: "heun",
  lms: "lms",
  ddim: "ddim",
  unipc: "uni_pc",
  lcm: "lcm",
  dpm2: "dpm_2",
  "dpm2 a": "dpm_2_ancestral",
  "dpm fast": "dpm_fast",
  "dpm adaptive": "dpm_adaptive",
  "dpm++ 2s a": "dpmpp_2s_ancestral",
  "dpm++ 2m": "dpmpp_2m",
  "dpm++ sde": "dpmpp_sde",
  "dpm++ 2m sde": "dpmpp_2m_sde",
  "dpm++ 3m sde": "dpmpp_3m_sde",
};
const SCHEDULES = ["karras", "exponential", "simple", "beta", "normal", "ddim uniform", "sgm uniform"];

/** Text-to-image with these values, as run form for {@link promptToDocument}. */
export function parametersToPrompt(given: Parameters, catalogue: Catalogue) {
  const get = (name: string) => given.settings.get(name) ?? "";
  const [width, height] = (/(\d+)x(\d+)/.exec(get("size")) ?? ["", "512", "512"]).slice(1).map(Number);
  const { sampler, scheduler } = samplerOf(get("sampler"), get("schedule type"));
  const node = (class_type: string, inputs: Record<string, unknown>) => ({ class_type, inputs });
  return {
    loader: node("CheckpointLoaderSimple", { ckpt_name: modelOf(get("model"), catalogue) }),
    prompt: node("CLIPTextEncode", { text: given.prompt, clip: ["loader", 1] }),
    negative: node("CLIPTextEncode", { text: given.negative, clip: ["loader", 1] }),
    size: node("EmptyLatentImage", { width, height, batch_size: Number(get("batch size")) || 1 }),
    sampler: node("KSampler", {
      model: ["loader", 0],
      positive: ["prompt", 0],
      negative: ["negative", 0],
      latent_image: ["size", 0],
      // A seed may exceed what a number holds.
      seed: /^\d+$/.test(get("seed")) ? get("seed") : "0",
      steps: Number(get("steps")) || 20,
      cfg: Number(get("cfg scale")) || 7,
      sampler_name: sampler,
      scheduler,
      denoise: 1,
    }),
    decode: node("VAEDecode", { samples: ["sampler", 0], vae: ["loader", 2] }),
    save: node("SaveImage", { images: ["decode", 0], filename_prefix: "noiseloom" }),
  };
}

/** Older versions put the schedule behind the sampler's name: "DPM++ 2M Karras". */
function samplerOf(sampler: string, schedule: string): { sampler: string; scheduler: string } {
  const name = sampler.toLowerCase();
  const behind = SCHEDULES.find((item) => name.endsWith(` ${item}`));
  const plain = behind === undefined ? name : name.slice(0, -behind.length - 1);
  const stated = SCHEDULES.find((item) => item === schedule.toLowerCase()) ?? behind ?? "normal";
  return {
    sampler: SAMPLERS[plain] ?? (plain === "" ? "euler" : plain.replaceAll("++", "pp").replaceAll(" ", "_")),
    scheduler: stated.replaceAll(" ", "_"),
  };
}

/** The file that the model's name means here, else the name as a file. */
function modelOf(name: string, catalogue: Catalogue): string {
  const widget = catalogue.get("CheckpointLoaderSimple")?.inputs.find((input) => input.name === "ckpt_name")?.widget;
  const choices = widget?.kind === "file" ? widget.choices : [];
  const stem = (file: string) =>
    file
      .replace(/^.*\//, "")
      .replace(/\.[^.]+$/, "")
      .toLowerCase();
  return (
    choices.find((file) => stem(file) === name.toLowerCase()) ??
    (name === "" ? (choices[0] ?? "") : `${name}.safetensors`)
  );
}
