import { byEnglish } from "../byEnglish";
import templatesEn from "../en/templates.json";
import templates from "./templates.json";

/** The texts of the templates after the first. */
export default { template_titles: byEnglish(templatesEn, templates) };
