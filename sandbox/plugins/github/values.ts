/** Secrets and variables of repositories and environments. */
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
import { type OutputRule, outputOnly, type ResourceDefinition, stable } from "../kit/definition";
import type { Properties } from "../kit/provider";
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

/** The rules for names of secrets and variables. */
const named = {
  replace: true,
  equal: (a: string, b: string) => a.toUpperCase() === b.toUpperCase(),
  validate: (name: string) =>
    /^[a-z_]\w*$/i.test(name) && !/^GITHUB_/i.test(name)
      ? undefined
      : "names contain letters, digits and underscores, and do not start with a digit or with GITHUB_",
} as const;

interface SecretInputs {
  readonly value?: string;
  readonly plaintextValue?: string;
}

interface Shape {
  readonly kind: Kind;
  readonly properties: object;
  readonly outputs: object;
  validate?(inputs: SecretInputs): string | undefined;
}

const SECRET: Shape = {
  kind: "secret",
  properties: {
    repository: {},
    secretName: named,
    value: {},
    plaintextValue: {},
    ...outputOnly(undefined, "keyId"),
  },
  outputs: {
    ...stable("createdAt", "repositoryId"),
    updatedAt: { when: ["value", "plaintextValue"] },
    remoteUpdatedAt: { when: ["value", "plaintextValue"] },
  },
  validate({ value, plaintextValue }) {
    const one = (value === undefined) !== (plaintextValue === undefined);
    return one ? undefined : "exactly one of 'value' and 'plaintextValue' must be given";
  },
};

const VARIABLE: Shape = {
  kind: "variable",
  properties: { repository: {}, variableName: named, value: {} },
  outputs: { ...stable("createdAt", "repositoryId"), updatedAt: { when: ["value"] } },
};

/** The argument with the value's name. */
const nameIn = (inputs: Properties) => String(inputs.secretName ?? inputs.variableName);
const textIn = ({ value, plaintextValue }: SecretInputs) => value ?? plaintextValue ?? "";

/** The four types differ in the names of their arguments; and GitHub returns the value only of a variable. */
function declared<Args, State>(token: string, { kind, ...shape }: Shape, environment = false) {
  const type = `github:index/${token}`;
  const properties = {
    ...shape.properties,
    ...(environment ? { environment: { replace: true } } : {}),
  };
  const definition: ResourceDefinition<GitHubContext, Properties, Properties> = {
    ...shape,
    ...{ type, properties, outputs: shape.outputs as Record<string, OutputRule> },
    // pulumi/pulumi-github v6.15.0, provider/resources.go: of this type only.
    deleteBeforeReplace: environment && kind === "secret",
    async create(github, inputs) {
      const { repository, environment } = inputs as Omit<Place, "name">;
      const place = { repository, environment, name: nameIn(inputs) };
      return put(github, kind, place, textIn(inputs), kind === "variable" ? "new" : undefined);
    },
    async read(github, existing) {
      const found = await find(github, kind, existing);
      if (!found) return undefined;
      const { place, value, ...stored } = found;
      const { repository, environment, name } = place;
      const own = kind === "variable" ? { value } : secretValues(found, existing);
      const located = { repository, ...(environment && { environment }), [`${kind}Name`]: name };
      return { properties: { ...located, ...stored, ...own } };
    },
    async update(github, id, inputs) {
      await put(github, kind, placeOf({ id, inputs }), textIn(inputs));
    },
    delete: (github, existing) => remove(github, kind, existing),
  };
  return resource(definition as unknown as ResourceDefinition<GitHubContext, Args, State>);
}

/**
 * GitHub never returns a secret's value, and the provider does not notice when somebody else sets it: it compares
 * `remote_updated_at` only if the plan changes it, and a plan never does. `diffSecret` in
 * integrations/terraform-provider-github v6.13.0, github/util_diff.go.
 */
function secretValues(
  found: StoredValue,
  { inputs, outputs }: { inputs: SecretInputs; outputs: { updatedAt?: string } },
) {
  const { value, plaintextValue } = inputs;
  return {
    ...{ value, plaintextValue, keyId: "sandbox" },
    updatedAt: outputs.updatedAt ?? found.updatedAt,
    remoteUpdatedAt: found.updatedAt,
  };
}

/** https://www.pulumi.com/registry/packages/github/api-docs/actionssecret/ */
export const actionsSecret = declared<ActionsSecretArgs, ActionsSecretState>(
  "actionsSecret:ActionsSecret",
  SECRET,
);

/** https://www.pulumi.com/registry/packages/github/api-docs/actionsenvironmentsecret/ */
export const actionsEnvironmentSecret = declared<
  ActionsEnvironmentSecretArgs,
  ActionsEnvironmentSecretState
>("actionsEnvironmentSecret:ActionsEnvironmentSecret", SECRET, true);

/** https://www.pulumi.com/registry/packages/github/api-docs/actionsvariable/ */
export const actionsVariable = declared<ActionsVariableArgs, ActionsVariableState>(
  "actionsVariable:ActionsVariable",
  VARIABLE,
);

/** https://www.pulumi.com/registry/packages/github/api-docs/actionsenvironmentvariable/ */
export const actionsEnvironmentVariable = declared<
  ActionsEnvironmentVariableArgs,
  ActionsEnvironmentVariableState
>("actionsEnvironmentVariable:ActionsEnvironmentVariable", VARIABLE, true);

interface StoredValue {
  readonly repositoryId: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Sets a value, and returns its id. A variable has one call to create and one to update, a secret has one for both. */
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
