import { byEnglish } from "../byEnglish";
import firstEn from "../en/first.json";
import first from "./first.json";
import nodes from "./nodes.json";
import page from "./page.json";
import problems from "./problems.json";

/** All words of this language but `templates`, those of the templates after the first. Fetched when the page speaks it. */
export default { ...page, nodes, problems, template_titles: byEnglish(firstEn, first) };
