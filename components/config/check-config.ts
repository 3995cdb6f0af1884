import * as pulumi from "@pulumi/pulumi";
import { nearest } from "../shared/checks";
import { type Problem, refuse } from "../shared/errors";
import type { Values } from "./check-region";
import { checkStack } from "./checks";
import { inspect } from "./inspect";
import { type StackConfig, stackConfig } from "./schema";

/** The namespace of the configuration keys. It is fixed, so a project can have any name. */
export const namespace = "slipway";

/** The only key with an encrypted value. */
const webhookKey = `${namespace}:slackWebhook`;

/**
 * Checks configuration values.
 *
 * @param stack its name; without it, the checks that depend on it are left out
 * @param encrypted the keys whose values are encrypted; no error prints these values
 * @throws ConfigurationError with every mistake in it
 */
export function checkedConfig(
  values: Values,
  encrypted: readonly string[],
  stack: string | undefined,
  subject = `Pulumi.${stack}.yaml`,
): StackConfig {
  const root = `${namespace}:`;
  const own = Object.entries(values).filter(([key]) => key.startsWith(root));
  const config = Object.fromEntries(own.map(([key, value]) => [key.slice(root.length), value]));
  const secret = encrypted.filter((key) => key.startsWith(root) && key !== webhookKey);
  const { problems, unusable, rest } = inspect(stackConfig, config, root);
  const others = checkStack(rest ?? {}, values, stack, root).filter(
    ({ path, reads = [] }) => ![path, ...reads].some((read) => touches(read, unusable)),
  );
  refuse(
    subject,
    [
      ...secret.map(encryptedProblem),
      ...checkEncrypted(values, encrypted),
      ...mistypedNamespaces(Object.keys(values), root),
      ...[...problems, ...others].filter(({ path }) => !touches(path, secret)),
    ],
    "nothing was created or changed",
  );
  return { services: [], ...stackConfig.parse(config) };
}

/** Whether a path is one of some others, inside one of them, or around one. */
function touches(path: string, others: readonly string[]): boolean {
  const isInside = (inner: string, outer: string) =>
    inner === outer || (inner.startsWith(outer) && /^[.[]/.test(inner.slice(outer.length)));
  return others.some((other) => isInside(path, other) || isInside(other, path));
}

/** `slipay:services`, and `services` without a namespace: Pulumi adds the project's name to it. */
function mistypedNamespaces(keys: readonly string[], root: string): Problem[] {
  const known = Object.keys(stackConfig.shape);
  return keys.flatMap((key) => {
    const [name = "", prefix = ""] = key.split(":").reverse();
    const mistyped = nearest(prefix, [namespace]) || ["", pulumi.getProject()].includes(prefix);
    return prefix === namespace || !mistyped || !known.includes(name)
      ? []
      : [
          {
            path: key,
            value: undefined,
            allowed: `the prefix ${root}`,
            fix: `write ${root}${name}`,
          },
        ];
  });
}

/** Whoever can read the file could post to the channel. */
function checkEncrypted(values: Values, encrypted: readonly string[]): Problem[] {
  return values[webhookKey] === undefined || encrypted.includes(webhookKey)
    ? []
    : [
        {
          path: webhookKey,
          value: values[webhookKey],
          allowed: "an encrypted value",
          fix: `pulumi config set --secret ${webhookKey} encrypts it. Create a new webhook if the file was pushed`,
        },
      ];
}

function encryptedProblem(path: string): Problem {
  return {
    path,
    value: "[secret]",
    allowed: "plain values: an encrypted value would be readable in the task definition",
    fix: "store it in Secrets Manager or SSM and name it under secrets",
  };
}
