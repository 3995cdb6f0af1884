/** Secrets and variables, of repositories and of environments. */
import type {
  ActionsEnvironmentSecretArgs,
  ActionsEnvironmentSecretState,
  ActionsEnvironmentVariableArgs,
  ActionsEnvironmentVariableState,
  ActionsSecretArgs,
  ActionsSecretState,
  ActionsVariableArgs,
  ActionsVariableState,
} from "@pulumi/github";
import { deleteValue, type RepositorySettings, setValue, type Values } from "../../github/settings";
import { buildId, type GitHubContext, GitHubError, parseId, repositoryOf } from "./context";
import { resource } from "./definition";
import { environmentOf } from "./environments";

type Kind = "secret" | "variable";

interface Place {
  readonly repository: string;
  /** Undefined for the repository itself. */
  readonly environment: string | undefined;
  readonly name: string;
}

/** The rules for names of secrets, which hold for variables too. */
const named = {
  replace: true,
  equal: (a: string, b: string) => a.toUpperCase() === b.toUpperCase(),
  validate: (name: string) =>
    /^[a-z_]\w*$/i.test(name) && !/^GITHUB_/i.test(name)
      ? undefined
      : "names hold letters, digits and underscores, do not start with a digit, and not with GITHUB_",
} as const;

/**
 * GitHub never tells a secret's value, and the provider does not see that somebody else set it: it compares
 * `remote_updated_at` only where the plan changes it, and a plan never does. `diffSecret` in
 * integrations/terraform-provider-github v6.13.0, github/util_diff.go.
 */
function secretValues(
  found: StoredValue,
  { inputs, outputs }: { inputs: SecretInputs; outputs: { updatedAt?: string } },
) {
  const { value, plaintextValue } = inputs;
  return {
    ...{ value, plaintextValue, keyId: "sandbox", repositoryId: found.repositoryId },
    createdAt: found.createdAt,
    updatedAt: outputs.updatedAt ?? found.updatedAt,
    remoteUpdatedAt: found.updatedAt,
  };
}

interface SecretInputs {
  readonly value?: string;
  readonly plaintextValue?: string;
}

const secretProperties = {
  repository: {},
  secretName: named,
  value: {},
  plaintextValue: {},
  keyId: { computed: true, outputOnly: true },
} as const;

const secretOutputs = {
  createdAt: "stable",
  repositoryId: "stable",
  updatedAt: { when: ["value", "plaintextValue"] },
  remoteUpdatedAt: { when: ["value", "plaintextValue"] },
} as const;

function oneValue({ value, plaintextValue }: SecretInputs): string | undefined {
  const one = (value === undefined) !== (plaintextValue === undefined);
  return one ? undefined : "exactly one of 'value' and 'plaintextValue' must be given";
}

function secretText({ value, plaintextValue }: SecretInputs): string {
  return value ?? plaintextValue ?? "";
}

/** https://www.pulumi.com/registry/packages/github/api-docs/actionssecret/ */
export const actionsSecret = resource<ActionsSecretArgs, ActionsSecretState>({
  type: "github:index/actionsSecret:ActionsSecret",
  properties: secretProperties,
  outputs: secretOutputs,
  validate: oneValue,
  async create(github, inputs) {
    const place = { ...inputs, environment: undefined, name: inputs.secretName };
    return put(github, "secret", place, secretText(inputs));
  },
  async read(github, existing) {
    const found = await find(github, "secret", existing);
    if (!found) return undefined;
    const { repository, name: secretName } = found.place;
    return { properties: { repository, secretName, ...secretValues(found, existing) } };
  },
  async update(github, id, inputs) {
    await put(github, "secret", placeOf({ id, inputs }), secretText(inputs));
  },
  delete: (github, existing) => remove(github, "secret", existing),
});

/** https://www.pulumi.com/registry/packages/github/api-docs/actionsenvironmentsecret/ */
export const actionsEnvironmentSecret = resource<
  ActionsEnvironmentSecretArgs,
  ActionsEnvironmentSecretState
>({
  type: "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
  properties: { ...secretProperties, environment: { replace: true } },
  outputs: secretOutputs,
  validate: oneValue,
  async create(github, inputs) {
    return put(github, "secret", { ...inputs, name: inputs.secretName }, secretText(inputs));
  },
  async read(github, existing) {
    const found = await find(github, "secret", existing);
    if (!found) return undefined;
    const { repository, environment, name: secretName } = found.place;
    return {
      properties: { repository, environment, secretName, ...secretValues(found, existing) },
    };
  },
  async update(github, id, inputs) {
    await put(github, "secret", placeOf({ id, inputs }), secretText(inputs));
  },
  delete: (github, existing) => remove(github, "secret", existing),
});

const variableOutputs = {
  createdAt: "stable",
  repositoryId: "stable",
  updatedAt: { when: ["value"] },
} as const;

/** https://www.pulumi.com/registry/packages/github/api-docs/actionsvariable/ */
export const actionsVariable = resource<ActionsVariableArgs, ActionsVariableState>({
  type: "github:index/actionsVariable:ActionsVariable",
  properties: { repository: {}, variableName: named, value: {} },
  outputs: variableOutputs,
  async create(github, inputs) {
    const place = { ...inputs, environment: undefined, name: inputs.variableName };
    return put(github, "variable", place, inputs.value, "new");
  },
  async read(github, existing) {
    const found = await find(github, "variable", existing);
    if (!found) return undefined;
    const { place, ...stored } = found;
    return {
      properties: { repository: place.repository, variableName: place.name, ...stored },
    };
  },
  async update(github, id, inputs) {
    await put(github, "variable", placeOf({ id, inputs }), inputs.value);
  },
  delete: (github, existing) => remove(github, "variable", existing),
});

/** https://www.pulumi.com/registry/packages/github/api-docs/actionsenvironmentvariable/ */
export const actionsEnvironmentVariable = resource<
  ActionsEnvironmentVariableArgs,
  ActionsEnvironmentVariableState
>({
  type: "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
  properties: {
    repository: {},
    environment: { replace: true },
    variableName: named,
    value: {},
  },
  outputs: variableOutputs,
  async create(github, inputs) {
    return put(github, "variable", { ...inputs, name: inputs.variableName }, inputs.value, "new");
  },
  async read(github, existing) {
    const found = await find(github, "variable", existing);
    if (!found) return undefined;
    const { place, ...stored } = found;
    const { repository, environment, name: variableName } = place;
    return { properties: { repository, environment, variableName, ...stored } };
  },
  async update(github, id, inputs) {
    await put(github, "variable", placeOf({ id, inputs }), inputs.value);
  },
  delete: (github, existing) => remove(github, "variable", existing),
});

interface StoredValue {
  readonly repositoryId: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Sets a value, and answers its id. A variable is created and updated by two calls, a secret by one. */
async function put(
  github: GitHubContext,
  kind: Kind,
  place: Place,
  value: string,
  only?: "new",
): Promise<string> {
  const { repository, environment } = place;
  const fullName = github.fullName(repository);
  const name = place.name.toUpperCase();
  const call = request(only ? "POST" : "PUT", fullName, kind, { ...place, name });
  await github.change(fullName, call, (settings) => {
    const values = valuesOf(settings, environment, call);
    if (only && Object.hasOwn(values.variables, name)) {
      throw new GitHubError(409, call, "Already exists - Variable already exists");
    }
    setValue(values, kind, name, value);
  });
  return buildId(repository, ...(environment === undefined ? [] : [environment]), place.name);
}

async function find(github: GitHubContext, kind: Kind, existing: Located) {
  const place = placeOf(existing);
  const name = place.name.toUpperCase();
  const { settings } = await github.find(github.fullName(place.repository));
  const values = valuesOf(settings, place.environment, `GET ${existing.id}`);
  const value = values[kind === "secret" ? "secrets" : "variables"][name];
  const times = values.times[`${kind}:${name}`];
  if (value === undefined || !times) return undefined;
  return { place, value, repositoryId: settings.id, ...times };
}

async function remove(github: GitHubContext, kind: Kind, existing: Located): Promise<void> {
  const place = placeOf(existing);
  const fullName = github.fullName(place.repository);
  const call = request("DELETE", fullName, kind, place);
  await github.change(fullName, call, (settings) =>
    deleteValue(valuesOf(settings, place.environment, call), kind, place.name.toUpperCase()),
  );
}

function valuesOf(
  settings: RepositorySettings,
  environment: string | undefined,
  call: string,
): Values {
  return environment === undefined ? settings : environmentOf(settings, environment, call);
}

interface Located {
  readonly id: string;
  readonly inputs: { readonly repository?: string };
  readonly outputs?: { readonly repository?: string };
}

function placeOf({ id, inputs, outputs = {} }: Located): Place {
  const [, ...rest] = parseId(id);
  const [name = "", environment] = rest.reverse();
  return { repository: repositoryOf({ id, inputs, outputs }), environment, name };
}

function request(method: string, fullName: string, kind: Kind, place: Place): string {
  const owner = place.environment === undefined ? "actions" : `environments/${place.environment}`;
  return `${method} repos/${fullName}/${owner}/${kind}s/${place.name}`;
}
