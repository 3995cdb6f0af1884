import type { Problem } from "../../shared/errors";
import type { BuildArgs } from "./args";

/**
 * Checks values that go into the workflow file unchanged. GitHub evaluates `${{ }}` there, and a line break starts another build
 * argument.
 */
export function checkBuild(build: BuildArgs, path: string): Problem[] {
  const { args = {}, paths = [], ...rest } = build;
  const names = Object.keys(args).filter((name) => !/^[A-Za-z_]\w*$/.test(name));
  return [
    ...names.map((name) => ({
      path: `${path}.args`,
      value: name,
      allowed: "the name of a build argument: letters, digits and _, no digit first",
      fix: "for example NODE_VERSION",
    })),
    ...Object.entries(args).flatMap(([name, value]) => checkText(value, `${path}.args.${name}`)),
    ...Object.entries(rest).flatMap(([name, value]) => checkText(value, `${path}.${name}`)),
    ...paths.flatMap((value, i) => checkText(value, `${path}.paths[${i}]`)),
  ];
}

function checkText(value: string, path: string): Problem[] {
  if (!/\p{Cc}/u.test(value) && !value.includes("${{")) {
    return [];
  }
  return [
    {
      path,
      value,
      allowed: "one line without ${{, which GitHub would evaluate in the workflow file",
      fix: "write the value itself. For longer values, let the build read a file of the repository",
    },
  ];
}
