/** The pipelines, projects and connections that updates created, with the properties of @pulumi/aws. */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type * as aws from "@pulumi/aws";
import { readJson } from "../base/lock";
import type { Resolved } from "../plugins/kit/definition";

type Made<Args> = Omit<Resolved<Args>, "name"> & {
  readonly arn: string;
  readonly name: string;
  /** The folder of its stack, where the executions of a pipeline are recorded. */
  readonly folder: string;
};

export type Pipeline = Made<aws.codepipeline.PipelineArgs>;
export type Stage = Pipeline["stages"][number];
export type Action = Stage["actions"][number];
export type Project = Made<aws.codebuild.ProjectArgs>;
export type Connection = Made<aws.codeconnections.ConnectionArgs> & {
  readonly connectionStatus: string;
};

const TYPES = {
  connections: "aws:codeconnections/connection:Connection",
  pipelines: "aws:codepipeline/pipeline:Pipeline",
  projects: "aws:codebuild/project:Project",
} as const;

export interface Definitions {
  readonly connections: readonly Connection[];
  readonly pipelines: readonly Pipeline[];
  readonly projects: readonly Project[];
}

/** A stack's folder, `<sandbox>/stacks/<stack>`, and where on AWS the stack is. */
interface Home {
  readonly folder: string;
  readonly account: string;
  readonly region: string;
}

type Store = Readonly<Record<string, { readonly properties: { readonly arn: string } }>>;

/** Reads the definitions of all stacks in this account and region: an event of one stack can start the pipeline of another one. */
export async function readDefinitions({ folder, account, region }: Home): Promise<Definitions> {
  const stacks = dirname(folder);
  const found = (await readdir(stacks)).map(async (stack) => {
    const store = await readJson<Store>(join(stacks, stack, "kept.json"), {});
    return Object.entries(store).flatMap(([key, { properties }]) =>
      properties.arn?.includes(`:${region}:${account}:`)
        ? [{ key, properties: { ...properties, folder: join(stacks, stack) } }]
        : [],
    );
  });
  const all = (await Promise.all(found)).flat();
  const kinds = Object.entries(TYPES).map(([kind, type]) => [
    kind,
    all.flatMap(({ key, properties }) => (key.startsWith(`${type} `) ? [properties] : [])),
  ]);
  return Object.fromEntries(kinds) as unknown as Definitions;
}

export function pipelineNamed({ pipelines }: Definitions, name: string): Pipeline {
  const found = pipelines.find((pipeline) => pipeline.name === name);
  if (found) return found;
  throw new Error(`there is no pipeline ${name}`);
}
