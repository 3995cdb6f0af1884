import { split } from "shlex";
import { copy, type Draft, type Path, wordsOf } from "./draft";
import { applyRules, keys, mapped, none, type Rule, type Rules } from "./rule";
import { plain, type Tree, textOf } from "./tree";

/** What all containers of a task have: their variables, secrets, commands and health checks. */

/** Maps a command to words. A string is split as a shell does. */
export function commandTo(path: Path): Rule {
  return mapped((tree, draft, key) => {
    try {
      const value = tree.kind === "value" ? split(String(tree.value)) : wordsOf(tree);
      if (value) draft.set(path, value, tree, key);
      else draft.list(tree, key, "the value is not a list of strings", "write it by hand");
    } catch {
      draft.list(tree, key, "a quote in the command is not closed", "write it by hand");
    }
  });
}

export function variablesTo(path: Path): Rule {
  return mapped((tree, draft, key) => {
    eachEntry(tree, draft, key, (name, value, entry) => {
      const text = textOf(value);
      if (text !== undefined) draft.set([...path, name], text, value, entry);
      else if (value.kind !== "value") listExport(value, draft, entry);
    });
  });
}

export function secretsTo(path: Path): Rule {
  return mapped((tree, draft, key) => {
    eachEntry(tree, draft, key, (name, value, entry) => {
      // In Copilot's examples an ARN has quotes within quotes.
      const reference = textOf(value)?.replace(/^'(.*)'$/, "$1");
      if (reference === undefined) listReference(value, draft, entry);
      else if (/^(?:\/|arn:)/.test(reference)) draft.set([...path, name], reference, value, entry);
      else {
        const find = `aws ssm get-parameter --name ${reference} --query Parameter.ARN`;
        draft.list(value, entry, "a parameter's name without a path", `write its ARN: ${find}`);
      }
    });
  });
}

function eachEntry(
  tree: Tree,
  draft: Draft,
  key: string,
  apply: (name: string, value: Tree, key: string) => void,
): void {
  if (tree.kind !== "map") draft.list(tree, key, "the value is not a map", "correct it");
  else for (const [name, value] of tree.keys) apply(name, value, `${key}.${name}`);
}

function listReference(tree: Tree, draft: Draft, key: string): void {
  const secret = tree.kind === "map" ? textOf(tree.keys.get("secretsmanager")) : undefined;
  if (secret === undefined) {
    if (tree.kind !== "value") listExport(tree, draft, key);
    return;
  }
  const [id = "", ...rest] = secret.split(":");
  const more = rest.some(Boolean) ? `, then :${rest.join(":")}` : "";
  const find = `aws secretsmanager describe-secret --secret-id ${id} --query ARN`;
  draft.list(tree, key, "the role that reads a secret needs its ARN", `write it: ${find}${more}`);
}

/** `from_cfn`: a value of another CloudFormation stack. */
function listExport(tree: Tree, draft: Draft, key: string): void {
  const name = tree.kind === "map" ? textOf(tree.keys.get("from_cfn")) : undefined;
  if (name === undefined) {
    draft.list(tree, key, "Copilot does not document this form of the value", "correct it");
    return;
  }
  const find = `aws cloudformation list-exports --query "Exports[?Name=='${name}'].Value"`;
  draft.list(tree, key, "a stack file reads no CloudFormation exports", `write the value: ${find}`);
}

export const envFile = none(
  "ECS reads such a file from S3, and Slipway makes no bucket for it",
  "write its lines into environment, secret ones into SSM",
);

const healthCheck = (path: Path): Rule =>
  keys({
    command: mapped(copy([...path, "command"], "words")),
    interval: mapped(copy([...path, "interval"], "seconds")),
    timeout: mapped(copy([...path, "timeout"], "seconds")),
    retries: mapped(copy([...path, "retries"], "number")),
    start_period: mapped(copy([...path, "startPeriod"], "seconds")),
  });

const credentials = none(
  "Slipway gives ECS no credentials for private registries",
  "copy the image into ECR",
);

const labels = none("Slipway sets no Docker labels", "write LABEL into the Dockerfile");

/** The keys of an image, except its location. */
export const imageExtras: Rules = {
  credentials,
  labels,
  depends_on: none(
    "the service's container waits for no sidecar",
    "let the application retry, or let the sidecar wait: its dependsOn",
  ),
};

/** The keys of a sidecar. */
function sidecarRules(path: Path): Rules {
  const image = mapped(copy([...path, "image"], "text"));
  return {
    port: none(
      "only the service's own container gets requests",
      "nothing to do if the containers call each other on localhost",
    ),
    // A sidecar whose image Copilot builds is listed as a whole.
    image: keys({ location: image, ...imageExtras }, copy([...path, "image"], "text")),
    essential: mapped(copy([...path, "essential"], "boolean")),
    credentialsParameter: credentials,
    variables: variablesTo([...path, "environment"]),
    secrets: secretsTo([...path, "secrets"]),
    env_file: envFile,
    mount_points: none(
      "only the service's own container has volumes",
      "keep the files in S3, or in the image",
    ),
    labels,
    depends_on: mapped((tree, draft, key) => {
      if (tree.kind !== "map") {
        draft.list(tree, key, "the value is not a map", "correct it");
        return;
      }
      const value = [...tree.keys].map(([containerName, condition]) => ({
        containerName,
        condition: String(plain(condition)).toUpperCase(),
      }));
      draft.set([...path, "dependsOn"], value, tree, key);
    }),
    entrypoint: commandTo([...path, "entryPoint"]),
    command: commandTo([...path, "command"]),
    healthcheck: healthCheck([...path, "healthCheck"]),
  };
}

export const sidecars = mapped((tree, draft, key) => {
  let index = 0;
  eachEntry(tree, draft, key, (name, value, entry) => {
    const image = value.kind === "map" ? value.keys.get("image") : undefined;
    const built = image?.kind === "map" && image.keys.has("build");
    if (built) {
      const reason = "the workflow builds only the service's image";
      const instead = "push the sidecar's image to a registry, and add the sidecar by hand";
      draft.list(image, entry, reason, instead);
      return;
    }
    const path = ["sidecars", index];
    index += 1;
    draft.set([...path, "name"], name, value, entry);
    applyRules(value, sidecarRules(path), draft, entry);
  });
});
