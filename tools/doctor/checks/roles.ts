import * as aws from "@pulumi/aws";
import { type StackConfig, usesLoadBalancer } from "../../../components/config";
import { issuer } from "../../../components/github/oidc";
import { ifExists } from "../../../components/shared/if-exists";
import { bad, type Check, check, good, unknown, type Verdict } from "../check";

type Config = Pick<StackConfig, "cloudfront" | "frontend" | "services">;

/** An account's role for one AWS service: the service, and the role's name. */
type ServiceRole = readonly [service: string, role: string];

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html and the pages of the other two */
export function serviceRoles(config: Config): ServiceRole[] {
  return [
    ["ecs.amazonaws.com", "AWSServiceRoleForECS"],
    ...(usesLoadBalancer(config)
      ? [["elasticloadbalancing.amazonaws.com", "AWSServiceRoleForElasticLoadBalancing"] as const]
      : []),
    ...(config.services.some(({ autoscaling }) => autoscaling)
      ? [
          [
            "ecs.application-autoscaling.amazonaws.com",
            "AWSServiceRoleForApplicationAutoScaling_ECSService",
          ] as const,
        ]
      : []),
  ];
}

export function roleChecks(config: Config): Check[] {
  return serviceRoles(config).map(([service, name]) =>
    check({
      ...{ id: `roles ${name}`, title: `Role ${name.replace("AWSServiceRoleFor", "")}` },
      area: "AWS",
      ask: () => ifExists(aws.iam.getRole({ name })),
      judge: (role) => judgeRole(service, name, role),
    }),
  );
}

export function judgeRole(service: string, name: string, role: object | undefined): Verdict {
  return role
    ? good(`the account has ${name}`)
    : unknown(
        `the account lacks ${name}: AWS creates it at its first use, which can be too late for the first update`,
        `aws iam create-service-linked-role --aws-service-name ${service}`,
      );
}

type IdentityProvider = Pick<aws.iam.GetOpenIdConnectProviderResult, "arn" | "clientIdLists">;

/** Only workflows need it. */
export function identityProviderChecks(
  { shared, github, release, previews }: StackConfig,
  isDeployed: boolean,
): Check[] {
  const mode = shared ? "adopt" : (github?.identityProvider ?? "create");
  return release && !previews
    ? []
    : [
        check({
          ...{ id: "identity-provider", title: "Identity provider", area: "AWS" },
          ask: () => ifExists(aws.iam.getOpenIdConnectProvider({ url: `https://${issuer}` })),
          judge: (found) => judgeIdentityProvider(mode, isDeployed, found),
        }),
      ];
}

const audience = "sts.amazonaws.com";

/** An account has at most one for GitHub's tokens. */
export function judgeIdentityProvider(
  mode: "create" | "adopt",
  isDeployed: boolean,
  found: IdentityProvider | undefined,
): Verdict {
  if (!found) {
    return mode === "create"
      ? good("the account has none for GitHub's tokens, and the stack creates it")
      : bad(
          "the account has none for GitHub's tokens, and identityProvider: adopt needs one",
          "set github.identityProvider: create",
        );
  }
  if (!found.clientIdLists.includes(audience)) {
    return bad(
      `${found.arn} does not have the audience ${audience}`,
      `aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${found.arn} --client-id ${audience}`,
    );
  }
  if (mode === "adopt") {
    return good(`the stack uses ${found.arn}`);
  }
  return isDeployed
    ? good(`${found.arn} exists, and the stack is deployed`)
    : bad(
        `the account has ${found.arn} already, and a second one is not possible`,
        "set github.identityProvider: adopt",
      );
}
