import { parse, stringify } from "yaml";
import { type Conversion, convert, type Options } from "../../../tools/from-copilot/convert";
import type { Manifest } from "../../../tools/from-copilot/read";
import { parseManifest } from "../../../tools/from-copilot/tree";
import { renderStackFile } from "../../../tools/stack-file/render";

export const options: Options = { region: "us-east-1", repository: "octo-org/octo-shop" };

export interface Files {
  readonly services?: readonly string[];
  readonly environments?: readonly string[];
  readonly pipelines?: readonly string[];
}

/** Converts manifests that are given as strings. */
export function converted(
  { services = [], environments = [], pipelines = [] }: Files,
  more: Partial<Options> = {},
): Conversion {
  const application = {
    name: "shop",
    workspace: ".",
    workloads: services.map((text) => manifest(text, "")),
    environments: environments.map((text) => manifest(text, "environments/")),
    pipelines: pipelines.map((text) => manifest(text, "pipelines/")),
    templates: [],
  };
  return convert(application, { ...options, ...more });
}

function manifest(text: string, folder: string): Manifest {
  const { name } = parse(text) as { name: string };
  const file = `copilot/${folder}${name}/manifest.yml`;
  return { file, name, tree: parseManifest(text, file) };
}

/** The values of a stack file, after it was written and read. */
export function configOf({ files }: Conversion, stack = "dev"): Record<string, unknown> {
  const file = files.get(stack);
  return file ? parse(renderStackFile(file)).config : {};
}

/** The only service of a stack. */
export function serviceOf(conversion: Conversion, stack = "dev"): Record<string, unknown> {
  const services = configOf(conversion, stack)["slipway:services"] as Record<string, unknown>[];
  return services?.[0] ?? {};
}

/** `3 http.stickiness` for each key that is listed. */
export function listed({ findings }: Conversion): string[] {
  return findings.map(({ at, key }) => `${at.line} ${key}`);
}

/** A manifest with one more value. */
export function withKey(text: string, path: string, value: unknown): string {
  const content = parse(text) as Record<string, unknown>;
  const keys = path.split(".");
  let parent = content;
  for (const key of keys.slice(0, -1)) {
    const inner = parent[key];
    parent[key] = typeof inner === "object" && inner !== null ? inner : {};
    parent = parent[key] as Record<string, unknown>;
  }
  parent[keys.at(-1) ?? ""] = value;
  return stringify(content);
}
