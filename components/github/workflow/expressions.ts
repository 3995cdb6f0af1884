/** An expression, which GitHub evaluates: `${{ text }}`. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/** The text itself, whatever it holds: GitHub evaluates an expression wherever it finds one. */
export function literal(text: string): string {
  return text.replaceAll("${{", expression("'${{'"));
}
