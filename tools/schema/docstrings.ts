import { join } from "node:path";
import ts from "typescript";

/** The type of an argument, with the docstrings of its keys. */
export class Documented {
  private constructor(
    private readonly checker: ts.TypeChecker,
    private readonly type: ts.Type,
  ) {}

  /** All arguments that a stack file can set: `StackArguments` in `components/config/tied.ts`. */
  static stackArguments(): Documented {
    const file = join(__dirname, "..", "..", "components", "config", "tied.ts");
    const program = ts.createProgram([file], { strict: true, noResolve: false, types: [] }, host());
    const checker = program.getTypeChecker();
    const source = program.getSourceFile(file);
    const [found] = (source?.statements ?? []).filter(
      (one): one is ts.InterfaceDeclaration =>
        ts.isInterfaceDeclaration(one) && one.name.text === "StackArguments",
    );
    if (!found) {
      throw new Error(`${file} has no interface StackArguments`);
    }
    return new Documented(checker, checker.getTypeAtLocation(found));
  }

  /** The argument of a key, as one of its options has it. */
  key(name: string): { readonly argument: Documented; readonly text: string } | undefined {
    const [symbol] = this.options().flatMap((option) => option.getProperty(name) ?? []);
    if (!symbol) {
      return undefined;
    }
    const type = this.checker.getTypeOfSymbol(symbol);
    return { argument: new Documented(this.checker, type), text: this.docstring(symbol) };
  }

  /** The docstring of the type itself. */
  get text(): string {
    const symbol = this.type.aliasSymbol ?? this.type.getSymbol();
    return symbol ? this.docstring(symbol) : "";
  }

  /** The items of a list. */
  item(): Documented {
    const [list] = this.options().filter((option) => this.checker.isArrayLikeType(option));
    const item = list && this.checker.getTypeArguments(list as ts.TypeReference)[0];
    return item ? new Documented(this.checker, item) : this;
  }

  /** The option of a union whose `type` has a value. */
  ofType(value: string): Documented {
    const [option] = this.options().filter((one) => {
      const symbol = one.getProperty("type");
      const type = symbol && this.checker.getTypeOfSymbol(symbol);
      return type?.isStringLiteral() && type.value === value;
    });
    return option ? new Documented(this.checker, option) : this;
  }

  private options(): readonly ts.Type[] {
    const type = this.checker.getNonNullableType(this.type);
    return type.isUnion() ? type.types : [type];
  }

  /** The sentences, the default and the sources. */
  private docstring(symbol: ts.Symbol): string {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(this.checker));
    const tags = symbol.getJsDocTags(this.checker);
    const texts = (tag: string) =>
      tags.filter(({ name }) => name === tag).map((found) => ts.displayPartsToString(found.text));
    const defaults = texts("default").map((value) => `Default: ${value}`);
    return [text, ...defaults, ...texts("see")]
      .filter(Boolean)
      .join("\n\n")
      .replace(/\{@link (\w+)\}/g, "$1");
  }
}

/** Reads only the project's own files: the types of the SDKs are large, and no argument in a stack file has one. */
function host(): ts.CompilerHost {
  const real = ts.createCompilerHost({});
  return {
    ...real,
    resolveModuleNameLiterals: (literals, containing, redirected, options) =>
      literals.map(({ text }) =>
        text.startsWith(".")
          ? ts.resolveModuleName(text, containing, options, real, undefined, redirected)
          : { resolvedModule: undefined },
      ),
  };
}
