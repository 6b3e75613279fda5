/** Numbers as people type them. */

/** Full-width digits and signs, as Chinese and Japanese keyboards type them, in their plain form. */
export function plainWidth(text: string): string {
  return text.replace(/[\uff01-\uff5e\u3000]/g, (sign) => sign.normalize("NFKC"));
}

/** A single comma is a decimal point, as much of the world writes it; beside a point, or another comma, it is not. */
export function withPoint(text: string): string {
  return /^[^.,]*,[^.,]*$/.test(text) ? text.replace(",", ".") : text;
}
