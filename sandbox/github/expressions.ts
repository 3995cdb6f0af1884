/** GitHub's own evaluator of expressions: https://github.com/actions/languageservices/tree/main/expressions */

const load = () => import("@actions/expressions");
let library: ReturnType<typeof load> | undefined;

/** Whether a job's condition is false, before any job has run or after the jobs that it needs. */
export async function evaluatesToFalse(
  condition: string,
  contexts: Readonly<Record<string, object>>,
  status: "success" | "failure" = "success",
): Promise<boolean> {
  library ??= load();
  const { data, Evaluator, Lexer, Parser } = await library;
  const functions = ["success", "always", "failure", "cancelled"].map((name) => ({
    ...{ name, minArgs: 0, maxArgs: 0 },
    call: () => new data.BooleanData(name === status || name === "always"),
  }));
  const { tokens } = new Lexer(`!(${condition})`).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const values = JSON.parse(JSON.stringify(contexts), data.reviver) as InstanceType<
    typeof data.Dictionary
  >;
  const named = new Map(functions.map((definition) => [definition.name, definition]));
  return new Evaluator(tree, values, named).evaluate().coerceString() === "true";
}
