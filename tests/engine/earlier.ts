import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setValue, updateSettings } from "../../sandbox/github/settings";
import type { TestStack } from "./harness";

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

const variable = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable";
const settings = "slipway:github:ActionsSettings";

/**
 * Gives the stack the GitHub side that earlier versions created: logical names from the repository's name, a secret whose name
 * does not contain the service, and a variable for each name that workflow files read.
 */
export async function asEarlier(
  stack: TestStack,
  repository: string,
  variables: { readonly stack: Record<string, string>; readonly service: Record<string, string> },
): Promise<void> {
  const file = join(stack.sandbox.folder, `${stack.name}-state.json`);
  await mustSucceed(stack, ["stack", "export", "--file", file]);
  const text = (await readFile(file, "utf8"))
    .replace(/::github-\d+/g, `::${repository}`)
    .replaceAll("AWS_ROLE_TO_ASSUME_API", "AWS_ROLE_TO_ASSUME");
  const state = JSON.parse(text) as { deployment: { resources: Resource[] } };
  const { resources } = state.deployment;
  const secret = resources.find(({ urn }) => urn.endsWith("::api-AWS_ROLE_TO_ASSUME"));
  const environment = resources.find(({ urn }) => urn.endsWith(`GitHubEnvironment::${repository}`));
  assert.ok(secret?.parent && environment, "the state has no secret, or no environment");
  const ofStack = {
    urn: `${environment.urn.replace(/::[^:]*$/, "")}$${settings}::${repository}`,
    type: settings,
    custom: false,
    parent: environment.urn,
  };
  const added = (parent: string, prefix: string, values: Record<string, string>) =>
    Object.entries(values).map(([variableName, value]) => {
      const { repository: place, environment: env } = secret.inputs ?? {};
      const inputs = { __defaults: [], repository: place, environment: env, variableName, value };
      return {
        ...secret,
        urn: `${parent.replace(/::[^:]*$/, "")}$${variable}::${prefix}-${variableName}`,
        type: variable,
        id: `${place}:${env}:${variableName}`,
        ...{ parent, inputs, outputs: { ...inputs, repositoryId: secret.outputs?.repositoryId } },
        ...{ dependencies: [], propertyDependencies: {}, additionalSecretOutputs: [] },
      };
    });
  const after = resources.indexOf(secret);
  resources.splice(
    after + 1,
    0,
    ...[ofStack, ...added(ofStack.urn, repository, variables.stack)],
    ...added(secret.parent, "api", variables.service),
  );
  await writeFile(file, JSON.stringify(state));
  await updateSettings(stack.sandbox.githubRoot, repository, ({ environments }) => {
    const values = environments[stack.name];
    assert.ok(values, `GitHub has no environment ${stack.name}`);
    const { AWS_ROLE_TO_ASSUME_API: role = "", ...others } = values.secrets;
    values.secrets = others;
    setValue(values, "secret", "AWS_ROLE_TO_ASSUME", role);
    for (const [name, value] of Object.entries({ ...variables.stack, ...variables.service })) {
      setValue(values, "variable", name, value);
    }
  });
  await mustSucceed(stack, ["stack", "import", "--file", file]);
}

async function mustSucceed(stack: TestStack, args: readonly string[]): Promise<void> {
  const { sandbox, name } = stack;
  const { code, stdout, stderr } = await sandbox.pulumi([...args], { stack: name });
  assert.equal(code, 0, `pulumi ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
}
