/** An expression that GitHub evaluates: `${{ text }}`. */
export function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/** Escapes a string, so that GitHub does not evaluate expressions in it. */
export function literal(text: string): string {
  return text.replaceAll("${{", expression("'${{'"));
}
