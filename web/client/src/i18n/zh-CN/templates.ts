import { byEnglish } from "../byEnglish";
import templatesEn from "../en/templates.json";
import abouts from "./abouts.json";
import kinds from "./kinds.json";
import templates from "./templates.json";

/** The texts of the templates after the first, what each template is for, and what kinds of model files are called. */
export default { template_titles: byEnglish(templatesEn, templates), templates: abouts, model_kinds: kinds };
