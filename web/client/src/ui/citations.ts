/** The papers that our nodes' help cites, so that a citation can be followed. */

export interface Paper {
  /** As the help cites it. */
  cited: string;
  title: string;
  /** Where it can be read, free of charge where that is possible. */
  id: `arXiv:${string}` | `doi:${string}`;
}

type Row = readonly [cited: string, id: Paper["id"], title: string];

/** Two papers of the same people and year are told apart by a title in quotes, as the help has it. */
const ROWS: readonly Row[] = [
  ["Ahn et al. 2024", "arXiv:2403.17377", "Self-Rectifying Diffusion Sampling with Perturbed-Attention Guidance"],
  ["Armandpour et al. 2023", "arXiv:2304.04968", "Re-imagine the Negative Prompt Algorithm (Perp-Neg)"],
  ["Balaji et al. 2022", "arXiv:2211.01324", "eDiff-I: Text-to-Image Diffusion Models with an Ensemble of Experts"],
  ["Bar-Tal et al. 2023", "arXiv:2302.08113", "MultiDiffusion: Fusing Diffusion Paths for Controlled Image Generation"],
  ["Bińkowski et al. 2018", "arXiv:1801.01401", "Demystifying MMD GANs"],
  ["Blattmann et al. 2022", "arXiv:2204.11824", "Retrieval-Augmented Diffusion Models"],
  ["Brooks et al. 2023", "arXiv:2211.09800", "InstructPix2Pix: Learning to Follow Image Editing Instructions"],
  ["Cherti et al. 2023", "arXiv:2212.07143", "Reproducible Scaling Laws for Contrastive Language-Image Learning"],
  ["Chung et al. 2024", "arXiv:2406.08070", "CFG++: Manifold-Constrained Classifier Free Guidance"],
  ["Cui et al. 2023", "arXiv:2309.06169", "Elucidating the Solution Space of Extended Reverse-Time SDE"],
  ["Dhariwal & Nichol 2021", "arXiv:2105.05233", "Diffusion Models Beat GANs on Image Synthesis"],
  ["Esser et al. 2021", "arXiv:2012.09841", "Taming Transformers for High-Resolution Image Synthesis"],
  ["Esser et al. 2024", "arXiv:2403.03206", "Scaling Rectified Flow Transformers for High-Resolution Image Synthesis"],
  ["Fan et al. 2025", "arXiv:2503.18886", "CFG-Zero*: Improved Classifier-Free Guidance for Flow Matching Models"],
  ["Gal et al. 2022", "arXiv:2208.01618", "An Image is Worth One Word (textual inversion)"],
  ["Hang et al. 2023", "arXiv:2303.09556", "Efficient Diffusion Training via Min-SNR Weighting Strategy"],
  ["Hang et al. 2024", "arXiv:2407.03297", "Improved Noise Schedule for Diffusion Training"],
  ["Hessel et al. 2021", "arXiv:2104.08718", "CLIPScore: A Reference-free Evaluation Metric for Image Captioning"],
  ["Heusel et al. 2017", "arXiv:1706.08500", "GANs Trained by a Two Time-Scale Update Rule Converge"],
  ["Ho & Salimans 2022", "arXiv:2207.12598", "Classifier-Free Diffusion Guidance"],
  ["Ho et al. 2020", "arXiv:2006.11239", "Denoising Diffusion Probabilistic Models"],
  ["Ho et al. 2021", "arXiv:2106.15282", "Cascaded Diffusion Models for High Fidelity Image Generation"],
  ["Hu et al. 2021", "arXiv:2106.09685", "LoRA: Low-Rank Adaptation of Large Language Models"],
  ["Karras et al. 2022", "arXiv:2206.00364", "Elucidating the Design Space of Diffusion-Based Generative Models"],
  ["Karras et al. 2024", "arXiv:2406.02507", "Guiding a Diffusion Model with a Bad Version of Itself"],
  ["Kingma & Welling 2014", "arXiv:1312.6114", "Auto-Encoding Variational Bayes"],
  ["Kynkäänniemi et al. 2024", "arXiv:2404.07724", "Applying Guidance in a Limited Interval"],
  ["Lee et al. 2024", "arXiv:2407.12173", "Beta Sampling is All You Need"],
  ["Liang et al. 2022", "arXiv:2203.02053", "Mind the Gap: Understanding the Modality Gap"],
  ["Lin et al. 2023", "arXiv:2305.08891", "Common Diffusion Noise Schedules and Sample Steps are Flawed"],
  ["Liu et al. 2022", "arXiv:2206.01714", "Compositional Visual Generation with Composable Diffusion Models"],
  ['Lu et al. 2022, "DPM-Solver"', "arXiv:2206.00927", "DPM-Solver: A Fast ODE Solver in Around 10 Steps"],
  ["Lu et al. 2022", "arXiv:2211.01095", "DPM-Solver++: Fast Solver for Guided Sampling"],
  ["Lugmayr et al. 2022", "arXiv:2201.09865", "RePaint: Inpainting using Denoising Diffusion Probabilistic Models"],
  ["Luo et al. 2023", "arXiv:2310.04378", "Latent Consistency Models"],
  ["Meng et al. 2021", "arXiv:2108.01073", "SDEdit: Guided Image Synthesis and Editing"],
  ["Micikevicius et al. 2018", "arXiv:1710.03740", "Mixed Precision Training"],
  ["Mou et al. 2023", "arXiv:2302.08453", "T2I-Adapter: Learning Adapters to Dig out More Controllable Ability"],
  ["Nichol & Dhariwal 2021", "arXiv:2102.09672", "Improved Denoising Diffusion Probabilistic Models"],
  ["Nichol et al. 2021", "arXiv:2112.10741", "GLIDE: Towards Photorealistic Image Generation and Editing"],
  ["van den Oord et al. 2017", "arXiv:1711.00937", "Neural Discrete Representation Learning (VQ-VAE)"],
  ["Podell et al. 2023", "arXiv:2307.01952", "SDXL: Improving Latent Diffusion Models"],
  ["Radford et al. 2021", "arXiv:2103.00020", "Learning Transferable Visual Models From Natural Language (CLIP)"],
  ["Raffel et al. 2020", "arXiv:1910.10683", "Exploring the Limits of Transfer Learning (T5)"],
  ["Ramesh et al. 2021", "arXiv:2102.12092", "Zero-Shot Text-to-Image Generation (DALL·E)"],
  [
    "Ramesh et al. 2022",
    "arXiv:2204.06125",
    "Hierarchical Text-Conditional Image Generation with CLIP Latents (unCLIP)",
  ],
  ["Ranftl et al. 2020", "arXiv:1907.01341", "Towards Robust Monocular Depth Estimation (MiDaS)"],
  ["Razzhigaev et al. 2023", "arXiv:2310.03502", "Kandinsky: Text-to-Image with Image Prior and Latent Diffusion"],
  ["Rombach et al. 2022", "arXiv:2112.10752", "High-Resolution Image Synthesis with Latent Diffusion Models"],
  ["Sabour et al. 2024", "arXiv:2404.14507", "Align Your Steps: Optimizing Sampling Schedules"],
  ["Sadat et al. 2024", "arXiv:2410.02416", "Eliminating Oversaturation and Artifacts of High Guidance Scales"],
  ["Saharia et al. 2022", "arXiv:2205.11487", "Photorealistic Text-to-Image Diffusion Models (Imagen)"],
  ["Salimans & Ho 2022", "arXiv:2202.00512", "Progressive Distillation for Fast Sampling of Diffusion Models"],
  ["Sauer et al. 2023", "arXiv:2311.17042", "Adversarial Diffusion Distillation"],
  ["Si et al. 2023", "arXiv:2309.11497", "FreeU: Free Lunch in Diffusion U-Net"],
  ["Song et al. 2020", "arXiv:2010.02502", "Denoising Diffusion Implicit Models"],
  ["Song et al. 2021", "arXiv:2011.13456", "Score-Based Generative Modeling through Stochastic Differential Equations"],
  [
    "Vincent et al. 2008",
    "doi:10.1145/1390156.1390294",
    "Extracting and Composing Robust Features with Denoising Autoencoders",
  ],
  [
    "Wang et al. 2004",
    "doi:10.1109/TIP.2003.819861",
    "Image Quality Assessment: From Error Visibility to Structural Similarity",
  ],
  ["Zhang et al. 2021", "arXiv:2103.14006", "Designing a Practical Degradation Model for Blind Super-Resolution"],
  [
    "Zhang et al. 2023",
    "arXiv:2302.05543",
    "Adding Conditional Control to Text-to-Image Diffusion Models (ControlNet)",
  ],
];

export const PAPERS: ReadonlyMap<string, Paper> = new Map(
  ROWS.map(([cited, id, title]) => [cited.toLowerCase(), { cited, id, title }]),
);

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Finds citations; the longer first, and across the end of a line. */
const CITATION = ROWS.map(([cited]) => cited)
  .sort((a, b) => b.length - a.length)
  .map((cited) => quoted(cited).replaceAll(" ", "\\s+"))
  .join("|");

/** A source for regular expressions that finds every citation of the table. */
export const CITED = `\\b(?:${CITATION})(?!\\w)`;

/** The paper that these words cite, if they are a citation. */
export function paperOf(words: string): Paper | undefined {
  return PAPERS.get(words.replace(/\s+/g, " ").toLowerCase());
}

/** The papers that a text cites, in the order in which it does. */
export function papersIn(text: string): readonly Paper[] {
  const found = [...text.matchAll(new RegExp(CITED, "g"))].map(([words]) => paperOf(words));
  return [...new Set(found)].filter((paper) => paper !== undefined);
}

/** Where a paper is read. */
export function addressOf(id: string): string {
  if (/^arxiv:/i.test(id)) return `https://arxiv.org/abs/${id.slice("arXiv:".length)}`;
  return /^doi:/i.test(id) ? `https://doi.org/${id.slice("doi:".length)}` : id;
}
