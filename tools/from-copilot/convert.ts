import { plainServiceName } from "../../components/service/check";
import type { StackFile } from "../stack-file/render";
import { Draft, fillIn } from "./draft";
import { environmentRules } from "./environment";
import { type Finding, Findings } from "./finding";
import { cidrsOf } from "./http";
import { listPipelines, type Pipelines, readPipelines } from "./pipeline";
import type { Application, Manifest } from "./read";
import { applyRules } from "./rule";
import { serviceRules } from "./service";
import { type Stack, settle } from "./settle";
import { find, override, type Tree, textOf } from "./tree";
import { backend, balanced, listService, listTemplates } from "./unserved";

/** The values that Copilot's files do not contain. */
export interface Options {
  readonly region: string;
  readonly repository: string;
  /** @default the pipeline's, or main */
  readonly branch?: string | undefined;
  /** The application's domain in Copilot (`copilot app init --domain`). @default none */
  readonly domain?: string | undefined;
  /** @default the application's */
  readonly application?: string | undefined;
  /** @default those in the files */
  readonly environments?: readonly string[];
  /** The existing cluster of an environment, by its name. @default new ones */
  readonly clusters?: ReadonlyMap<string, string>;
  /** The listener of an existing load balancer of an environment, by its ARN. @default new ones */
  readonly listeners?: ReadonlyMap<string, string>;
}

export interface Conversion {
  /** The stack files by the stack's name, which is the environment's. */
  readonly files: ReadonlyMap<string, StackFile>;
  /** The names of the services by stack. */
  readonly services: ReadonlyMap<string, readonly string[]>;
  readonly findings: readonly Finding[];
}

/** The origin of values that are in no manifest. */
const elsewhere: Tree = { kind: "value", value: null, text: "", at: { file: "copilot", line: 1 } };

const identityNote = {
  path: ["slipway:github", "identityProvider"],
  text: "`adopt` if the account has one, for example of another stack",
};

/** Converts all environments of an application. */
export function convert(application: Application, options: Options): Conversion {
  const findings = new Findings();
  const pipelines = readPipelines(application.pipelines);
  listPipelines(application.pipelines, findings);
  for (const origin of application.templates) listTemplates(origin, findings);
  const files = new Map<string, StackFile>();
  const services = new Map<string, readonly string[]>();
  for (const environment of environmentsOf(application, pipelines, options)) {
    const stack = stackOf(application, environment, options, findings);
    if (stack.services.length === 0) continue;
    const base = baseOf(application, pipelines, environment, options);
    const settled = settle(stack, base, environment, findings);
    if (settled.services.length === 0) continue;
    files.set(environment, {
      title: titleOf(application, environment, options),
      config: settled.config,
      notes: [
        identityNote,
        ...settled.services.map(({ at }, i) => ({ path: ["slipway:services", i], text: at.file })),
      ],
    });
    services.set(
      environment,
      settled.services.map(({ name }) => name),
    );
  }
  return { files, services, findings: findings.all };
}

function titleOf(application: Application, environment: string, options: Options): string {
  const name = options.application ?? application.name;
  const of = name ? ` of the Copilot application ${name}` : " of a Copilot application";
  return `The environment ${environment}${of}. npm run from:copilot lists what has no place here.`;
}

/** In the order of the pipeline; without any, one stack. */
function environmentsOf(
  { workloads, environments }: Application,
  { stages }: Pipelines,
  options: Options,
): readonly string[] {
  if (options.environments?.length) return options.environments;
  const overridden = workloads.flatMap(({ tree }) => {
    const found = find(tree, "environments");
    return found?.kind === "map" ? [...found.keys.keys()] : [];
  });
  const names = [...stages, ...environments.map(({ name }) => name), ...overridden];
  return names.length > 0 ? [...new Set(names)] : ["dev"];
}

/** The services and the settings of an environment, before Slipway's checks. */
function stackOf(
  application: Application,
  environment: string,
  options: Options,
  findings: Findings,
): Stack {
  const variables = {
    COPILOT_APPLICATION_NAME: options.application ?? application.name,
    COPILOT_ENVIRONMENT_NAME: environment,
  };
  const all = application.workloads.map((manifest) => ({
    ...manifest,
    type: textOf(find(manifest.tree, "type")) ?? "",
    tree: treeIn(manifest, environment, variables),
  }));
  const internal = !all.some(({ type }) => type === balanced);
  const drafts = all.flatMap((manifest) => {
    const served =
      manifest.type === balanced ||
      (internal && manifest.type === backend && find(manifest.tree, "http")?.kind === "map");
    const draft = served && draftOf(manifest, application.workspace);
    if (draft && !draft.unserved) return [{ manifest, draft }];
    listService(manifest, draft ? draft.unserved : undefined, environment, findings);
    return [];
  });
  const settings = settingsOf(application, environment, { internal, variables });
  const [first, ...others] = drafts;
  for (const { draft } of drafts) {
    const { sources } = draft;
    const ranges = sources && cidrsOf(sources);
    if (!sources) continue;
    if (first && others.length === 0 && ranges) {
      settings.set(
        ["slipway:loadBalancer", "allowedCidrBlocks"],
        ranges,
        sources,
        "http.allowed_source_ips",
      );
    } else {
      const reason = "the services of a stack share one list of sources";
      draft.list(
        sources,
        "http.allowed_source_ips",
        reason,
        "set loadBalancer.allowedCidrBlocks for all of them",
      );
    }
  }
  const listener = options.listeners?.get(environment);
  if (listener !== undefined) {
    settings.set(
      ["slipway:loadBalancer", "existing", "listenerArn"],
      listener,
      elsewhere,
      "http.alb",
    );
    for (const { draft } of drafts) draft.unlist("http.alb");
  } else if (internal) {
    settings.set(["slipway:loadBalancer", "internal"], true, elsewhere, "http");
  }
  const cluster = options.clusters?.get(environment);
  if (cluster !== undefined) {
    settings.set(["slipway:cluster", "existing"], cluster, elsewhere, "cluster");
  }
  for (const { draft } of drafts) addHost(draft, environment, application, options);
  return {
    settings,
    services: drafts.map(({ manifest, draft }) => ({
      draft,
      name: plainServiceName(manifest.name),
      at: manifest.tree.at,
    })),
  };
}

function treeIn(
  { tree }: Manifest,
  environment: string,
  variables: Readonly<Record<string, string | undefined>>,
): Tree {
  const over = find(tree, "environments", environment);
  return fillIn(over ? override(tree, over) : tree, variables);
}

function draftOf(
  { name, tree }: Pick<Manifest, "name"> & { tree: Tree },
  workspace: string,
): Draft {
  const draft = new Draft(name, workspace);
  applyRules(tree, serviceRules, draft);
  draft.finish();
  return draft;
}

function settingsOf(
  { environments }: Application,
  environment: string,
  { internal, variables }: { internal: boolean; variables: Record<string, string | undefined> },
): Draft {
  const draft = new Draft(environment);
  const manifest = environments.find(({ name }) => name === environment);
  if (manifest) applyRules(fillIn(manifest.tree, variables), environmentRules(internal), draft);
  return draft;
}

/** An application with a domain gives each service without an alias a host of its own. */
function addHost(
  draft: Draft,
  environment: string,
  application: Application,
  { domain, application: given }: Options,
): void {
  const name = given ?? application.name;
  if (domain === undefined || name === undefined || draft.get("rule", "hostHeaders")) return;
  const hosts = [`${draft.name}.${environment}.${name}.${domain}`];
  draft.set(["rule", "hostHeaders"], hosts, elsewhere, "http.alias");
}

/** What every stack needs, and Copilot does not have. */
function baseOf(
  { name }: Application,
  pipelines: Pipelines,
  environment: string,
  options: Options,
): Readonly<Record<string, unknown>> {
  const { repository } = options;
  const branch = options.branch ?? pipelines.branch ?? "main";
  const project = options.application ?? name ?? repository.split("/")[1];
  const later = pipelines.stages.indexOf(environment) > 0 || /^prod/.test(environment);
  return {
    "aws:region": options.region,
    "aws:defaultTags": { tags: { Project: project, Stack: environment } },
    ...(options.clusters?.has(environment)
      ? {}
      : { "slipway:cluster": { containerInsights: "disabled" } }),
    "slipway:github": {
      repository,
      trigger: later ? { type: "tag", pattern: "v*" } : { type: "push", branch },
      identityProvider: "create",
    },
  };
}
