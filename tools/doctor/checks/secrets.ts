import * as aws from "@pulumi/aws";
import type { StackConfig } from "../../../components/config";
import { ifExists } from "../../../components/shared/if-exists";
import { bad, type Check, check, good, type Verdict } from "../check";

/** Where a secret is stored. */
export type Place =
  | { readonly kind: "secret"; readonly arn: string; readonly region: string }
  | { readonly kind: "parameter"; readonly name: string; readonly region?: string };

/** The references of all containers, each once, with the path of the first place that names it. */
export function referencesOf({ services }: Pick<StackConfig, "services">): Map<string, string> {
  const found = new Map<string, string>();
  for (const [i, { secrets = {}, sidecars = [] }] of services.entries()) {
    const containers = [
      [`services[${i}]`, secrets] as const,
      ...sidecars.map((one, j) => [`services[${i}].sidecars[${j}]`, one.secrets ?? {}] as const),
    ];
    for (const [path, own] of containers) {
      for (const [name, reference] of Object.entries(own)) {
        if (!found.has(reference)) {
          found.set(reference, `${path}.secrets.${name}`);
        }
      }
    }
  }
  return found;
}

/** A secret's reference may end in a JSON key and a version: `arn:…:secret:name:key:stage:version`. */
export function placeOf(reference: string): Place {
  if (!reference.startsWith("arn:")) {
    return { kind: "parameter", name: reference };
  }
  const parts = reference.split(":");
  const [, , service, region = ""] = parts;
  return service === "ssm"
    ? { kind: "parameter", name: reference, region }
    : { kind: "secret", arn: parts.slice(0, 7).join(":"), region };
}

export function secretChecks(config: Pick<StackConfig, "services">): Check[] {
  return [...referencesOf(config)].map(([reference, path]) => {
    const place = placeOf(reference);
    return check({
      ...{ id: `secrets ${path}`, title: `Secret ${shortName(place)}`, area: "AWS" },
      ask: () => exists(place),
      judge: (isThere) => judgeSecret(place, path, isThere),
    });
  });
}

/** Whether the secret exists. It is not decrypted, because nobody needs the value. */
async function exists(place: Place): Promise<boolean> {
  const found =
    place.kind === "secret"
      ? aws.secretsmanager.getSecret({ arn: place.arn, region: place.region })
      : aws.ssm.getParameter({
          ...{ name: place.name, withDecryption: false },
          ...(place.region && { region: place.region }),
        });
  return (await ifExists<object>(found)) !== undefined;
}

export function judgeSecret(place: Place, path: string, isThere: boolean): Verdict {
  if (isThere) {
    return good(`it exists; this check does not read its value`);
  }
  const create =
    place.kind === "secret"
      ? "aws secretsmanager create-secret"
      : `aws ssm put-parameter --type SecureString --name ${shortName(place)}`;
  return bad(`there is no such ${place.kind}`, `create it (${create}), or correct ${path}`);
}

/** The name without account and region, and without the six characters that Secrets Manager adds. */
function shortName(place: Place): string {
  return place.kind === "secret"
    ? (place.arn.split(":").at(6) ?? "").replace(/-\w{6}$/, "")
    : place.name.replace(/^arn:.*:parameter/, "");
}
