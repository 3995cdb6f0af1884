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
import { buildId, type GitHubContext, GitHubError, parseId } from "./context";
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

/** GitHub never tells a secret's value. When somebody else set it since, the input goes, so that it is set again. */
function secretValues(
  found: StoredValue,
  { inputs, outputs }: { inputs: SecretInputs; outputs: { updatedAt?: string } },
) {
  const foreign = outputs.updatedAt !== undefined && outputs.updatedAt !== found.updatedAt;
  const { value, plaintextValue } = foreign ? {} : inputs;
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
  repository: { replace: true },
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
    const found = await find(github, "secret", existing.id);
    if (!found) return undefined;
    const { repository, name: secretName } = found.place;
    return { properties: { repository, secretName, ...secretValues(found, existing) } };
  },
  async update(github, id, inputs) {
    await put(github, "secret", placeOf(id), secretText(inputs));
  },
  delete: (github, { id }) => remove(github, "secret", id),
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
    const found = await find(github, "secret", existing.id);
    if (!found) return undefined;
    const { repository, environment, name: secretName } = found.place;
    return {
      properties: { repository, environment, secretName, ...secretValues(found, existing) },
    };
  },
  async update(github, id, inputs) {
    await put(github, "secret", placeOf(id), secretText(inputs));
  },
  delete: (github, { id }) => remove(github, "secret", id),
});

const variableOutputs = {
  createdAt: "stable",
  repositoryId: "stable",
  updatedAt: { when: ["value"] },
} as const;

/** https://www.pulumi.com/registry/packages/github/api-docs/actionsvariable/ */
export const actionsVariable = resource<ActionsVariableArgs, ActionsVariableState>({
  type: "github:index/actionsVariable:ActionsVariable",
  properties: { repository: { replace: true }, variableName: named, value: {} },
  outputs: variableOutputs,
  async create(github, inputs) {
    const place = { ...inputs, environment: undefined, name: inputs.variableName };
    return put(github, "variable", place, inputs.value, "new");
  },
  async read(github, { id }) {
    const found = await find(github, "variable", id);
    if (!found) return undefined;
    const { place, ...stored } = found;
    return {
      properties: { repository: place.repository, variableName: place.name, ...stored },
    };
  },
  async update(github, id, inputs) {
    await put(github, "variable", placeOf(id), inputs.value);
  },
  delete: (github, { id }) => remove(github, "variable", id),
});

/** https://www.pulumi.com/registry/packages/github/api-docs/actionsenvironmentvariable/ */
export const actionsEnvironmentVariable = resource<
  ActionsEnvironmentVariableArgs,
  ActionsEnvironmentVariableState
>({
  type: "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
  properties: {
    repository: { replace: true },
    environment: { replace: true },
    variableName: named,
    value: {},
  },
  outputs: variableOutputs,
  async create(github, inputs) {
    return put(github, "variable", { ...inputs, name: inputs.variableName }, inputs.value, "new");
  },
  async read(github, { id }) {
    const found = await find(github, "variable", id);
    if (!found) return undefined;
    const { place, ...stored } = found;
    const { repository, environment, name: variableName } = place;
    return { properties: { repository, environment, variableName, ...stored } };
  },
  async update(github, id, inputs) {
    await put(github, "variable", placeOf(id), inputs.value);
  },
  delete: (github, { id }) => remove(github, "variable", id),
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

async function find(github: GitHubContext, kind: Kind, id: string) {
  const place = placeOf(id);
  const name = place.name.toUpperCase();
  const { settings } = await github.find(github.fullName(place.repository));
  const values = valuesOf(settings, place.environment, `GET ${id}`);
  const value = values[kind === "secret" ? "secrets" : "variables"][name];
  const times = values.times[`${kind}:${name}`];
  if (value === undefined || !times) return undefined;
  return { place, value, repositoryId: settings.id, ...times };
}

async function remove(github: GitHubContext, kind: Kind, id: string): Promise<void> {
  const place = placeOf(id);
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

function placeOf(id: string): Place {
  const [repository = "", ...rest] = parseId(id);
  const [name = "", environment] = rest.reverse();
  return { repository, environment, name };
}

function request(method: string, fullName: string, kind: Kind, place: Place): string {
  const owner = place.environment === undefined ? "actions" : `environments/${place.environment}`;
  return `${method} repos/${fullName}/${owner}/${kind}s/${place.name}`;
}
