/** Sums typed into number fields: `512*1.5`, `(1024-64)/2`. A small recursive-descent parser; nothing is evaluated as code. */

/** The value of an expression of numbers, + − * / and brackets, or null when it is none. */
export function evaluate(text: string): number | null {
  const tokens = text.match(/\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|[-+*/()]|\S/gi) ?? [];
  let at = 0;
  const take = (token: string) => tokens[at] === token && at++ >= 0;

  function sum(): number | null {
    let left = product();
    while (left !== null) {
      const sign = take("+") ? 1 : take("-") ? -1 : 0;
      if (sign === 0) break;
      const right = product();
      left = right === null ? null : left + sign * right;
    }
    return left;
  }

  function product(): number | null {
    let left = single();
    while (left !== null) {
      const divides = take("/");
      if (!divides && !take("*")) break;
      const right = single();
      left = right === null ? null : divides ? left / right : left * right;
    }
    return left;
  }

  function single(): number | null {
    if (take("-")) {
      const value = single();
      return value === null ? null : -value;
    }
    if (take("+")) return single();
    if (take("(")) {
      const value = sum();
      return take(")") ? value : null;
    }
    const token = tokens[at];
    if (token === undefined || !/^[\d.]/.test(token)) return null;
    at += 1;
    return Number(token);
  }

  const value = sum();
  return value !== null && at === tokens.length && Number.isFinite(value) ? value : null;
}
