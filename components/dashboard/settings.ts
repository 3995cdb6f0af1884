import { checkUnique } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";

/** The dashboard of a stack. */
export interface DashboardSettings {
  /**
   * Also creates an Amazon Managed Grafana workspace that reads CloudWatch.
   * @default none
   */
  readonly grafana?: GrafanaArgs;
}

/** An Amazon Managed Grafana workspace. It costs USD 9 a month for each editor and USD 5 for each viewer that uses it. */
export interface GrafanaArgs {
  /**
   * How people sign in. `AWS_SSO` needs IAM Identity Center in the organization; for `SAML`, set up the identity provider in
   * the workspace's console.
   * @default ["AWS_SSO"]
   * @see https://docs.aws.amazon.com/grafana/latest/userguide/authentication-in-AMG.html
   */
  readonly authenticationProviders?: readonly ("AWS_SSO" | "SAML")[];
}

export function checkDashboard({ grafana }: Unchecked<DashboardSettings>, path: string): Problem[] {
  const providers = grafana?.authenticationProviders;
  const at = `${path}.grafana.authenticationProviders`;
  return [
    ...(providers?.length === 0
      ? [
          {
            path: at,
            value: providers,
            allowed: "AWS_SSO, SAML, or both",
            fix: "remove it for AWS_SSO",
          },
        ]
      : []),
    ...checkUnique(providers ?? [], (i) => `${at}[${i}]`, {
      allowed: (first) => `each once: ${first} is the same`,
      fix: "remove one of them",
    }),
  ];
}
