import { posix } from "node:path";
import { checkString } from "../../shared/checks";
import type { Problem } from "../../shared/errors";
import type { Unchecked } from "../../shared/unchecked";
import type { BuildArgs } from "./args";

/**
 * Checks values that go into the workflow file unchanged. GitHub evaluates `${{ }}` there, and a line break starts another build
 * argument.
 */
export function checkBuild(build: Unchecked<BuildArgs>, path: string): Problem[] {
  const { args = {}, paths, context, dockerfile, target } = build;
  const names = Object.keys(args).filter((name) => !/^[A-Za-z_]\w*$/.test(name));
  return [
    ...names.map((name) => ({
      path: `${path}.args[${JSON.stringify(name)}]`,
      value: args[name],
      allowed: "the name of a build argument: letters, digits and _, no digit first",
      fix: "for example NODE_VERSION",
    })),
    ...Object.entries(args).flatMap(([name, value]) => checkLine(value, `${path}.args.${name}`)),
    ...checkPlace(context, `${path}.context`),
    ...checkPlace(dockerfile, `${path}.dockerfile`),
    ...checkLine(target, `${path}.target`),
    ...checkPatterns(paths, `${path}.paths`),
  ];
}

/** A file or folder of the repository. */
function checkPlace(place: string | undefined, path: string): Problem[] {
  return [
    ...checkLine(place, path),
    ...checkString(path, place, {
      valid: (text) => {
        const inside = posix.normalize(text);
        return (
          text !== "" && !inside.startsWith("/") && inside !== ".." && !inside.startsWith("../")
        );
      },
      allowed: "a path inside the repository, relative to its root",
      fix: "for example services/api",
    }),
  ];
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onpushpull_requestpull_request_targetpathspaths-ignore */
function checkPatterns(
  patterns: readonly (string | undefined)[] | undefined,
  path: string,
): Problem[] {
  const lines = (patterns ?? []).flatMap((pattern, i) => checkLine(pattern, `${path}[${i}]`));
  const useless = patterns?.every((pattern) => pattern === "" || pattern?.startsWith("!"));
  return useless
    ? [
        ...lines,
        {
          path,
          value: patterns,
          allowed: "at least one pattern without !: with none, no push would deploy",
          fix: "remove the key to deploy every push, or write for example services/api/**",
        },
      ]
    : lines;
}

function checkLine(value: string | undefined, path: string): Problem[] {
  return checkString(path, value, {
    valid: (text) => !/\p{Cc}/u.test(text) && !text.includes("${{"),
    allowed: "one line without ${{, which GitHub would evaluate in the workflow file",
    fix: "write the value itself. For longer values, let the build read a file of the repository",
  });
}
