import nodes from "./nodes.json";
import page from "./page.json";
import problems from "./problems.json";

/** All words of this language. Fetched when the page speaks it. Texts of our templates are in it already. */
export default { ...page, nodes, problems };
