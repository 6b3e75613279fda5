import { byEnglish } from "../byEnglish";
import templatesEn from "../en/templates.json";
import abouts from "./abouts.json";
import templates from "./templates.json";

/** The texts of the templates after the first, and what each template is for. */
export default { template_titles: byEnglish(templatesEn, templates), templates: abouts };
