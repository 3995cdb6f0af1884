import assert from "node:assert/strict";
import type { Answer } from "../../../components/github/lookup/ask";
import { actions } from "../../../components/github/workflow/actions";
import type { State, Verdict } from "../../../tools/doctor/check";
import { judgeCredentials } from "../../../tools/doctor/checks/account";
import { judgePermissions } from "../../../tools/doctor/checks/actions";
import {
  judgeLogin,
  judgeSecrets,
  judgeStack,
  judgeVersion,
  type Pulumi,
} from "../../../tools/doctor/checks/backend";
import { judgeCertificate, judgeDelegation, judgeZone } from "../../../tools/doctor/checks/domain";
import { judgeProblems } from "../../../tools/doctor/checks/github";
import { judgePromoted, judgeRepository } from "../../../tools/doctor/checks/images";
import { judgeMinutes } from "../../../tools/doctor/checks/minutes";
import { judgeSubnets } from "../../../tools/doctor/checks/network";
import { verdictOf } from "../../../tools/doctor/checks/problems";
import { judgeQuota, judgeVcpus } from "../../../tools/doctor/checks/quotas";
import { judgeDisabled, judgeRegion } from "../../../tools/doctor/checks/region";
import { judgeIdentityProvider, judgeRole } from "../../../tools/doctor/checks/roles";
import { judgeSecret } from "../../../tools/doctor/checks/secrets";

/** A test's title (the answer), the verdict, its state, and words of its sentence or of its advice. */
type Row = readonly [answer: string, verdict: Verdict | undefined, state: State, words: RegExp];

function holds(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    for (const [answer, verdict, state, words] of rows) {
      it(`${answer}: ${state}`, () => {
        assert.equal(verdict?.state, state, verdict?.says);
        assert.match(`${verdict?.says} -> ${verdict?.fix}`, words);
        if (state === "bad") assert.ok(verdict?.fix, "a bad line says what to do");
      });
    }
  });
}

describe("the doctor's lines", () => {
  const cloud: Pulumi = {
    version: "v3.250.0",
    login: { user: "mona", url: "https://app.pulumi.com/mona" },
    stack: undefined,
    secretsProvider: undefined,
    locked: undefined,
  };
  const own: Pulumi = { ...cloud, login: { user: "mona", url: "s3://states" } };
  const set = { PULUMI_CONFIG_PASSPHRASE: "" };

  holds("Pulumi", [
    ["no pulumi", judgeVersion(undefined), "bad", /no pulumi on PATH/],
    ["3.181.0", judgeVersion("v3.181.0"), "bad", /older than 3\.182/],
    ["3.182.0", judgeVersion("v3.182.0"), "good", /3\.182\.0/],
    ["4.0.0", judgeVersion("v4.0.0"), "good", /4\.0\.0/],
    [
      "whoami fails",
      judgeLogin(new Error("no credentials")),
      "bad",
      /no credentials.*pulumi login/,
    ],
    ["whoami", judgeLogin({ user: "mona", url: "s3://states" }), "good", /s3:\/\/states, as mona/],
    ["Pulumi Cloud", judgeSecrets(cloud, {}), "good", /Pulumi Cloud/],
    [
      "a bucket without a passphrase",
      judgeSecrets(own, {}),
      "bad",
      /export PULUMI_CONFIG_PASSPHRASE/,
    ],
    ["a bucket with an empty passphrase", judgeSecrets(own, set), "good", /is set/],
    [
      "a passphrase file",
      judgeSecrets(own, { PULUMI_CONFIG_PASSPHRASE_FILE: "/run/key" }),
      "good",
      /is set/,
    ],
    [
      "a bucket with KMS",
      judgeSecrets({ ...own, secretsProvider: "awskms://alias/states" }, {}),
      "good",
      /awskms/,
    ],
    [
      "Pulumi Cloud with a passphrase",
      judgeSecrets({ ...cloud, secretsProvider: "passphrase" }, {}),
      "bad",
      /PULUMI_CONFIG_PASSPHRASE/,
    ],
    [
      "a wrong passphrase",
      judgeSecrets({ ...own, locked: "incorrect passphrase" }, set),
      "bad",
      /incorrect passphrase.*with which the stack was created/,
    ],
    ["no stack", judgeStack("dev", undefined), "good", /pulumi stack init dev/],
    ["an empty stack", judgeStack("dev", { resourceCount: 0 }), "good", /is empty/],
    ["a stack", judgeStack("dev", { resourceCount: 77 }), "good", /deployed, with 77 resources/],
    ["a stack of unknown size", judgeStack("dev", {}), "unknown", /not known/],
  ]);

  holds("the credentials", [
    [
      "expired keys",
      judgeCredentials(
        "api error ExpiredToken: The security token included in the request is expired",
      ),
      "bad",
      /have expired.*aws sso login/,
    ],
    [
      "an expired SSO session",
      judgeCredentials(
        "Failed to refresh cached SSO credentials.\nPlease refresh SSO login.\nNEW: …",
      ),
      "bad",
      /have expired/,
    ],
    [
      "wrong keys",
      judgeCredentials("The configured AWS credentials are invalid or have expired.\nPlease see …"),
      "bad",
      /does not accept/,
    ],
    [
      "none",
      judgeCredentials("No valid credential sources found.\nPlease see …"),
      "bad",
      /are no AWS/,
    ],
    [
      "none on EC2",
      judgeCredentials(
        "get credentials: failed to refresh cached credentials, no EC2 IMDS role found",
      ),
      "bad",
      /are no AWS/,
    ],
    [
      "another account",
      judgeCredentials("AWS account ID not allowed: 210987654321"),
      "bad",
      /account 210987654321/,
    ],
    [
      "a role that is not given",
      judgeCredentials("operation error STS: AssumeRole, AccessDenied: not authorized"),
      "bad",
      /role's trust policy/,
    ],
    ["no region", judgeCredentials("Missing region information\nMake sure …"), "bad", /aws:region/],
    [
      "no plugin",
      judgeCredentials(
        "Could not automatically download and install resource plugin 'pulumi-resource-aws' at version v7.48.0, install the plugin using …",
      ),
      "bad",
      /aws plugin is missing.*plugin install resource aws v7\.48\.0/,
    ],
    [
      "a setting that the plugin refuses",
      judgeCredentials("property x value {1} has a problem: Computed attributes cannot be set"),
      "bad",
      /cannot be set.*keys aws:/,
    ],
    [
      "no network",
      judgeCredentials("unable to validate AWS credentials.\nDetails: dial tcp: no such host"),
      "unknown",
      /no such host.*network/,
    ],
  ]);

  holds("the region", [
    ["enough zones", judgeRegion("eu-west-1", 3, ["a", "b", "c"]), "good", /3 zones/],
    ["too few zones", judgeRegion("us-west-1", 3, ["a", "b"]), "bad", /has 2 zones.*needs 3/],
    ["a region that is off", judgeDisabled("ap-east-1", "AuthFailure: …"), "bad", /enable-region/],
  ]);
  it("the region: another error stays unknown", () => {
    assert.equal(judgeDisabled("ap-east-1", "UnauthorizedOperation: …"), undefined);
  });

  const quota = { service: "vpc", code: "L-F678F1CE", region: "eu-west-1" };
  const vpcs = (used: number, adds: number) => ({ what: "VPCs", used, adds });
  const vcpus = (least: number, most: number, tasks: number) =>
    judgeVcpus(quota, { least, most }, tasks, 6);

  holds("the quotas", [
    ["the last one is left", judgeQuota(quota, vpcs(4, 1), 5), "good", /4 of 5 VPCs.*adds 1/],
    [
      "none is left",
      judgeQuota(quota, vpcs(5, 1), 5),
      "bad",
      /--service-code vpc --quota-code L-F678F1CE --desired-value 6 --region eu-west-1/,
    ],
    [
      "none is left, and the stack is deployed",
      judgeQuota(quota, vpcs(5, 0), 5),
      "good",
      /including those of the stack/,
    ],
    ["vCPUs for all", vcpus(0.5, 6, 0), "good", /0\.5 to 6/],
    ["too few vCPUs", vcpus(6.5, 6.5, 0), "bad", /up to 6\.5.*--desired-value 7 /],
    ["too few vCPUs for autoscaling", vcpus(2, 20, 0), "unknown", /autoscaling cannot reach/],
    ["vCPUs that other tasks may use", vcpus(1, 1, 3), "unknown", /the 3 tasks of the region/],
  ]);

  const subnet = (id: string, availabilityZone: string, vpcId = "vpc-1") => ({
    ...{ id, availabilityZone, vpcId },
  });
  const network = {
    vpcId: "vpc-1",
    publicSubnetIds: ["subnet-1", "subnet-2"],
    privateSubnetIds: [],
  };
  const subnets = (...found: Parameters<typeof judgeSubnets>[2]) =>
    judgeSubnets(network, "publicSubnetIds", found);

  holds("an adopted network", [
    ["two zones", subnets(subnet("subnet-1", "a"), subnet("subnet-2", "b")), "good", /in a, b/],
    [
      "one zone",
      subnets(subnet("subnet-1", "a"), subnet("subnet-2", "a")),
      "bad",
      /needs two zones/,
    ],
    ["a missing subnet", subnets(subnet("subnet-1", "a"), undefined), "bad", /no subnet subnet-2/],
    [
      "another VPC's subnet",
      subnets(subnet("subnet-1", "a"), subnet("subnet-2", "b", "vpc-2")),
      "bad",
      /subnet-2 is not in vpc-1/,
    ],
  ]);

  const arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
  const provider = { arn, clientIdLists: ["sts.amazonaws.com"] };
  holds("roles and the identity provider", [
    ["a service-linked role", judgeRole("ecs.amazonaws.com", "R", {}), "good", /has R/],
    [
      "no service-linked role",
      judgeRole("ecs.amazonaws.com", "R", undefined),
      "unknown",
      /create-service-linked-role --aws-service-name ecs\.amazonaws\.com/,
    ],
    ["none, create", judgeIdentityProvider("create", false, undefined), "good", /creates it/],
    [
      "none, adopt",
      judgeIdentityProvider("adopt", false, undefined),
      "bad",
      /identityProvider: create/,
    ],
    ["one, adopt", judgeIdentityProvider("adopt", false, provider), "good", /uses arn/],
    [
      "one, create",
      judgeIdentityProvider("create", false, provider),
      "bad",
      /identityProvider: adopt/,
    ],
    [
      "one, create, deployed",
      judgeIdentityProvider("create", true, provider),
      "good",
      /is deployed/,
    ],
    [
      "one without the audience",
      judgeIdentityProvider("adopt", false, { arn, clientIdLists: ["https://github.com/o"] }),
      "bad",
      /add-client-id/,
    ],
  ]);

  const name = { domain: "app.example.com", name: "example.com" };
  const servers = ["ns-1.awsdns.com", "ns-2.awsdns.org"];
  const certificate = {
    status: "ISSUED",
    domainName: "example.com",
    subjectAlternativeNames: ["example.com", "*.example.com"],
    notAfter: "2027-01-01T00:00:00Z",
  };
  const at = (date: string, change = {}) =>
    judgeCertificate({ ...certificate, ...change }, new Date(date));

  holds("the domain", [
    ["a zone", judgeZone("example.com", { zoneId: "Z1" }), "good", /Z1/],
    ["no zone", judgeZone("example.com", undefined), "bad", /no public zone example\.com/],
    [
      "its name servers",
      judgeDelegation(name, servers, ["NS-2.awsdns.org."]),
      "good",
      /uses this zone/,
    ],
    ["other name servers", judgeDelegation(name, servers, ["ns.other.net"]), "bad", /ns-1.*ns-2/],
    ["no name servers", judgeDelegation(name, servers, []), "bad", /asks no name server/],
    ["no DNS", judgeDelegation(name, servers, "DNS does not answer"), "unknown", /dig \+short NS/],
    [
      "no zone for the certificate",
      judgeDelegation(name, undefined, []),
      "unknown",
      /does not exist/,
    ],
    ["a certificate", at("2026-01-01"), "good", /example\.com, \*\.example\.com/],
    ["an expired certificate", at("2027-01-02"), "bad", /expired at 2027/],
    [
      "a certificate that waits",
      at("2026-01-01", { status: "PENDING_VALIDATION", notAfter: "" }),
      "bad",
      /PENDING_VALIDATION/,
    ],
  ]);

  const secret = {
    kind: "secret" as const,
    arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf",
    region: "eu-west-1",
  };
  const parameter = { kind: "parameter" as const, name: "/shop/key" };
  const services = [{ name: "api", repository: "octo-org/octo-app" }];
  const source = (repository: string) => ({
    services: { api: { imageRepository: "1.dkr.ecr.eu-west-1.amazonaws.com/api", repository } },
  });

  holds("secrets and images", [
    [
      "a secret",
      judgeSecret(secret, "services[0].secrets.DB", true),
      "good",
      /does not read its value/,
    ],
    [
      "no secret",
      judgeSecret(secret, "services[0].secrets.DB", false),
      "bad",
      /services\[0\]\.secrets\.DB/,
    ],
    [
      "no parameter",
      judgeSecret(parameter, "services[0].secrets.KEY", false),
      "bad",
      /--name \/shop\/key/,
    ],
    ["a repository", judgeRepository("api", { repositoryUrl: "1.dkr.ecr" }), "good", /1\.dkr\.ecr/],
    ["no repository", judgeRepository("api", undefined), "bad", /imageRepository\.existing/],
    ["a source", judgePromoted("dev", services, source("octo-org/octo-app")), "good", /same/],
    ["another repository's source", judgePromoted("dev", services, source("o/x")), "bad", /o\/x/],
    ["a source without the service", judgePromoted("dev", services, {}), "bad", /service api/],
    [
      "no source",
      judgePromoted("dev", services, new Error("no stack named 'dev' found")),
      "bad",
      /pulumi up --stack dev/,
    ],
    [
      "a source that does not answer",
      judgePromoted("dev", services, new Error("connection reset")),
      "unknown",
      /connection reset/,
    ],
  ]);

  const problem = (path: string) => ({
    path,
    value: "v",
    allowed: `rule of ${path}`,
    fix: "do it",
  });
  holds("GitHub", [
    ["no problem", judgeProblems("branch", [], "fine"), "good", /^fine/],
    ["a scope", judgeProblems("token", [problem("GITHUB_TOKEN")], "fine"), "bad", /do it/],
    [
      "another line, after a scope",
      judgeProblems("branch", [problem("GITHUB_TOKEN")], "fine"),
      "unknown",
      /see Token/,
    ],
    [
      "two problems of a line",
      judgeProblems(
        "branch",
        [problem("github.trigger.branch"), problem("o/r, branch main")],
        "fine",
      ),
      "bad",
      /rule of github\.trigger\.branch; it is v; allowed is rule of o\/r, branch main/,
    ],
    [
      "another line, after a branch",
      judgeProblems("environment", [problem("github.trigger.branch")], "fine"),
      "good",
      /fine/,
    ],
    [
      "the environment",
      judgeProblems("environment", [problem("github.settings")], ""),
      "bad",
      /settings/,
    ],
    [
      "a reviewer",
      judgeProblems("reviewers", [problem("github.environment.reviewers.users")], ""),
      "bad",
      /users/,
    ],
    [
      "the subject",
      judgeProblems("trust", [problem("o/r, subject of its OIDC tokens")], ""),
      "bad",
      /OIDC/,
    ],
    [
      "an object that the credentials may not read",
      verdictOf([{ ...problem("cluster.existing"), allowed: "an object: AccessDeniedException" }]),
      "unknown",
      /AccessDenied/,
    ],
    ["no answer of GitHub", judgeProblems("token", [problem("GitHub")], ""), "unknown", /do it/],
  ]);

  const answer = (body: unknown, code = 200): Answer => ({ body, code, message: "" });
  const used = [actions.checkout, actions.configureAwsCredentials];
  const allowed = (list: object) =>
    judgePermissions("o/r", used, {
      permissions: answer({ enabled: true, allowed_actions: "selected" }),
      selected: answer(list),
    });
  const on = (allowed_actions?: string) =>
    judgePermissions("o/r", used, { permissions: answer({ enabled: true, allowed_actions }) });

  holds("GitHub Actions", [
    ["all", on("all"), "good", /every action/],
    [
      "off",
      judgePermissions("o/r", used, { permissions: answer({ enabled: false }) }),
      "bad",
      /settings\/actions/,
    ],
    ["only the owner's", on("local_only"), "bad", /actions\/checkout/],
    [
      "no right",
      judgePermissions("o/r", used, { permissions: answer({}, 403) }),
      "unknown",
      /Administration/,
    ],
    [
      "a list with all",
      allowed({ github_owned_allowed: true, patterns_allowed: ["aws-actions/*"] }),
      "good",
      /has all/,
    ],
    [
      "a list without one",
      allowed({ github_owned_allowed: true, patterns_allowed: ["docker/*"] }),
      "bad",
      /lacks aws-actions\/configure-aws-credentials(?!.*checkout)/,
    ],
    [
      "a list that blocks one",
      allowed({ patterns_allowed: ["*", "!aws-actions/*"] }),
      "bad",
      /aws-actions/,
    ],
    [
      "verified owners",
      allowed({ github_owned_allowed: true, verified_allowed: true }),
      "unknown",
      /verified/,
    ],
  ]);

  const item = (quantity: number, product = "Actions", unitType = "Minutes") => ({
    ...{ quantity, product, unitType },
  });
  const minutes = (usageItems: readonly object[], plan: object = { name: "free" }) =>
    judgeMinutes("o/r", true, {
      repository: answer({ private: true }),
      owner: answer({ plan }),
      usage: answer({ usageItems }),
    });

  holds("runner minutes", [
    [
      "public",
      judgeMinutes("o/r", true, { repository: answer({ private: false }) }),
      "good",
      /free/,
    ],
    [
      "own runners",
      judgeMinutes("o/r", false, { repository: answer({}) }),
      "good",
      /your own runners/,
    ],
    ["some are left", minutes([item(1000.4), item(5000, "Packages")]), "good", /1001 of the 2000/],
    ["none is left", minutes([item(2000)]), "unknown", /budget/],
    [
      "storage does not count",
      minutes([item(9000, "Actions", "GigabyteHours")]),
      "good",
      /0 of the 2000/,
    ],
    ["a team's plan", minutes([item(2500)], { name: "team" }), "good", /2500 of the 3000/],
    ["an unknown plan", minutes([], {}), "unknown", /may not read/],
    [
      "no right",
      judgeMinutes("o/r", true, {
        repository: answer({ private: true }),
        owner: answer({ login: "o" }),
        usage: answer({}, 404),
      }),
      "unknown",
      /Administration/,
    ],
  ]);
});
