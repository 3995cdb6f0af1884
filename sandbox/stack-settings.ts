/** Reads what the sandbox needs of a stack file. The program, not the sandbox, reports mistakes in it. */
import { basename, dirname } from "node:path";
import { frontendName } from "../components/github/frontend/render";
import { page } from "./site-seed";
import { type StackOptions, stackConfig } from "./stack-file";

export interface Service {
  readonly name: string;
  readonly repository: string;
  /** The folder of its Dockerfile in the repository. */
  readonly context: string;
  /** The file in that folder that a release changes. @default server.mjs */
  readonly greets?: string;
}

/** A site is released like a service. Its folder is the one with the output directory. */
export interface Site extends Service {
  readonly outputDirectory: string;
}

export interface StackSettings {
  /** The branch on which a release starts. */
  readonly branch: string;
  /** What starts a release: a push to the branch, a new tag with this pattern, or a run by hand. */
  readonly start: "push" | "by hand" | { readonly tag: string };
  /** The branches of all triggers. */
  readonly branches: readonly string[];
  readonly zone: string | undefined;
  readonly services: readonly Service[];
  readonly site: Site | undefined;
}

/** Where a stack that releases with CodePipeline has its code. */
interface Source {
  readonly type?: string;
  readonly repository?: string;
  readonly branch?: string;
}

interface Config {
  readonly "slipway:release"?: { source?: Source };
  readonly "slipway:github"?: { repository?: string; trigger?: Trigger | readonly Trigger[] };
  readonly "slipway:frontend"?: { repository?: string; outputDirectory?: string };
  readonly "slipway:loadBalancer"?: { https?: { zone?: string } };
  readonly "slipway:services"?: readonly {
    name?: string;
    repository?: string;
    build?: { context?: string };
  }[];
}

interface Trigger {
  readonly type?: string;
  readonly branch?: string;
  readonly pattern?: string;
}

export async function stackSettings(
  stack: string,
  options: StackOptions = {},
): Promise<StackSettings> {
  const config = (await stackConfig(stack, options)) as Config;
  const github = config["slipway:github"];
  const services = config["slipway:services"];
  const source = config["slipway:release"]?.source;
  const triggers: readonly Trigger[] = source
    ? [{ type: "push", branch: source.branch ?? "main" }]
    : [github?.trigger ?? []].flat();
  return {
    ...startOf(triggers),
    branches: triggers.flatMap(({ branch }) => branch ?? []),
    zone: config["slipway:loadBalancer"]?.https?.zone,
    services: (Array.isArray(services) ? services : []).flatMap(({ name, repository, build }) => {
      const place = placeOf(repository ?? source?.repository ?? github?.repository, source);
      return name && isName(place)
        ? [{ name, repository: place, context: build?.context ?? "." }]
        : [];
    }),
    site: siteOf(config),
  };
}

/** CodeCommit's repositories have no owner: the sandbox gives them one. */
function placeOf(repository: string | undefined, source: Source | undefined) {
  return repository && source?.type === "codecommit"
    ? `codecommit/${basename(repository)}`
    : repository;
}

function siteOf({ "slipway:frontend": site, "slipway:github": github }: Config): Site | undefined {
  const repository = site?.repository ?? github?.repository;
  const outputDirectory = site?.outputDirectory;
  if (!outputDirectory || !isName(repository)) return undefined;
  const context = dirname(outputDirectory);
  return { ...{ name: frontendName, repository, context }, greets: page, outputDirectory };
}

function isName(repository: string | undefined): repository is string {
  return repository !== undefined && /^[\w.-]+\/[\w.-]+$/.test(repository);
}

/** A release starts with a push if the stack has such a trigger, otherwise with a tag, otherwise by hand. */
function startOf(triggers: readonly Trigger[]): Pick<StackSettings, "branch" | "start"> {
  const pushed = triggers.find(({ type }) => type === "push");
  const tagged = triggers.find(({ type }) => type === "tag")?.pattern;
  const branch = (pushed ?? triggers.find((trigger) => trigger.branch))?.branch ?? "main";
  return { branch, start: pushed ? "push" : tagged ? { tag: tagged } : "by hand" };
}
