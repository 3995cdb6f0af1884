import { checkString, checkUnique } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { FrontendSettings } from "./settings";

export function checkFrontend(settings: Unchecked<FrontendSettings>, path: string): Problem[] {
  const { apiPaths, immutablePaths = [] } = settings;
  return [
    ...checkString(`${path}.buildCommand`, settings.buildCommand, {
      valid: (text) => text.trim() !== "" && !text.includes("${{"),
      allowed: "commands for bash, without ${{, which GitHub would evaluate",
      fix: "for example npm ci && npm run build; put longer ones into a script of the repository",
    }),
    ...checkString(`${path}.outputDirectory`, settings.outputDirectory, {
      valid: inside,
      allowed: "a folder inside the repository, relative to its root",
      fix: "for example dist",
    }),
    ...checkString(`${path}.nodeVersion`, settings.nodeVersion, {
      valid: /^\d+(?:\.\d+){0,2}$/,
      allowed: "a version of Node.js: 24, or 24.1.0",
      fix: 'write only the number, in quotes: "24"',
    }),
    ...(apiPaths?.length === 0 || (apiPaths?.length ?? 0) > 24
      ? [
          {
            path: `${path}.apiPaths`,
            value: apiPaths,
            allowed: "1 to 24 paths: with none, no request would reach a service",
            fix: "remove the key for /api/*, or combine paths with *",
          },
        ]
      : []),
    ...(apiPaths ?? []).flatMap((pattern, i) =>
      checkString(`${path}.apiPaths[${i}]`, pattern, {
        // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
        valid: /^\/[\w\-.$/~"'@:+&*?]{0,254}$/,
        allowed: "a path that starts with /, with * and ? as wildcards",
        fix: (text) => (text.startsWith("/") ? "remove other characters" : `write /${text}`),
      }),
    ),
    ...checkUnique(apiPaths ?? [], (i) => `${path}.apiPaths[${i}]`, {
      allowed: (first) => `each path once: ${first} is the same`,
      fix: "remove one of them",
    }),
    ...immutablePaths.flatMap((pattern, i) =>
      checkString(`${path}.immutablePaths[${i}]`, pattern, {
        valid: (text) => inside(text) && /^[\w\-./*?]+$/.test(text),
        allowed: "files in outputDirectory, with * and ? as wildcards",
        fix: "for example assets/*",
      }),
    ),
  ];
}

/** Whether the path is relative, stays inside the repository, and has no special meaning for a shell or a workflow. */
function inside(text: string): boolean {
  return /^(?![-/])[\w\-./*?]+$/.test(text) && !text.split("/").includes("..");
}
