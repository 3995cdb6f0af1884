/** What an update created of CodePipeline, CodeBuild and CodeConnections, with the properties of @pulumi/aws. */
import { join } from "node:path";
import type * as aws from "@pulumi/aws";
import { readJson } from "../base/lock";
import type { Resolved } from "../plugins/kit/definition";

type Made<Args> = Omit<Resolved<Args>, "name"> & { readonly arn: string; readonly name: string };

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

type Store = Readonly<Record<string, { readonly properties: unknown }>>;

/** `folder` is the stack's: `<sandbox>/stacks/<stack>`. */
export async function readDefinitions(folder: string): Promise<Definitions> {
  const store = await readJson<Store>(join(folder, "kept.json"), {});
  const all = (type: string) =>
    Object.entries(store).flatMap(([key, { properties }]) =>
      key.startsWith(`${type} `) ? [properties] : [],
    );
  const kinds = Object.entries(TYPES).map(([kind, type]) => [kind, all(type)]);
  return Object.fromEntries(kinds) as unknown as Definitions;
}

export function pipelineNamed({ pipelines }: Definitions, name: string): Pipeline {
  const found = pipelines.find((pipeline) => pipeline.name === name);
  if (found) return found;
  throw new Error(`the stack has no pipeline ${name}`);
}
