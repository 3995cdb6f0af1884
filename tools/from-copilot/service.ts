import { posix } from "node:path";
import { commandTo, envFile, imageExtras, secretsTo, sidecars, variablesTo } from "./container";
import { countRule } from "./count";
import { booleanOf, copy, type Draft, numberOf, wordsOf } from "./draft";
import { http } from "./http";
import { keys, mapped, none, type Rule, type Rules } from "./rule";
import { find, plain, type Tree, textOf } from "./tree";

/**
 * The keys of a Load Balanced Web Service and of a Backend Service.
 * https://aws.github.io/copilot-cli/docs/manifest/lb-web-service/
 */

const done = mapped(() => {});

const build: Rule = keys(
  {
    dockerfile: mapped((tree, draft, key) => place(tree, draft, key, "dockerfile")),
    context: mapped((tree, draft, key) => place(tree, draft, key, "context")),
    args: mapped((tree, draft, key) => {
      for (const [name, value] of tree.kind === "map" ? tree.keys : []) {
        draft.set(["build", "args", name], String(plain(value)), value, `${key}.${name}`);
      }
    }),
    target: mapped(copy(["build", "target"], "text")),
    cache_from: none(
      "the workflow keeps layers in GitHub's cache",
      "nothing to do; build.cache: registry keeps them in ECR",
    ),
  },
  (tree, draft, key) => place(tree, draft, key, "dockerfile"),
);

/** A path of the workspace becomes one of the repository. */
function place(tree: Tree, draft: Draft, key: string, name: "context" | "dockerfile"): void {
  const path = textOf(tree);
  if (path) draft.set(["build", name], posix.join(draft.workspace, path), tree, key);
  else draft.list(tree, key, "the value is not a path", "correct it");
}

const image: Rule = keys({
  build,
  location: none(
    "the workflow builds the image from a Dockerfile",
    "write a Dockerfile that begins with FROM this image; or import the image repository and deploy its tags by hand",
  ),
  port: mapped(copy(["port"], "number")),
  healthcheck: none(
    "the load balancer's check decides, and the service's container has no second one",
    "let http.healthcheck request a path that tests the same",
  ),
  ...imageExtras,
});

const architectures: Readonly<Record<string, string>> = {
  x86_64: "X86_64",
  amd64: "X86_64",
  arm64: "ARM64",
  arm: "ARM64",
};

function platform(tree: Tree, draft: Draft, key: string): void {
  const text =
    textOf(tree) ?? `${textOf(find(tree, "osfamily"))}/${textOf(find(tree, "architecture"))}`;
  const [system = "", architecture = ""] = text.toLowerCase().split("/");
  const wanted = architectures[architecture];
  if (system === "linux" && wanted) {
    if (wanted !== "X86_64") draft.set(["cpuArchitecture"], wanted, tree, key);
  } else {
    draft.list(tree, key, "tasks run on Linux, X86_64 or ARM64", "build the image for one of them");
  }
}

const deployment: Rule = keys({
  rolling: mapped((tree, draft, key) => {
    const value = textOf(tree);
    if (value === "recreate") {
      const strategy = { type: "rolling", minimumHealthyPercent: 0, maximumPercent: 100 };
      for (const [name, setting] of Object.entries(strategy)) {
        draft.set(["strategy", name], setting, tree, key);
      }
    } else if (value !== "default") {
      draft.list(tree, key, "the value is neither default nor recreate", "set strategy by hand");
    }
  }),
  rollback_alarms: mapped((tree, draft, key) => {
    const alarms = tree.kind === "list" ? wordsOf(tree) : undefined;
    if (!alarms) {
      const reason = "Copilot made these alarms, and deletes them with the service";
      draft.list(tree, key, reason, "create alarms of your own and name them in strategy.alarms");
      return;
    }
    draft.set(["strategy", "type"], "rolling", tree, key);
    draft.set(["strategy", "alarms"], alarms, tree, key);
  }),
});

const network: Rule = keys({
  connect: none(
    "this command writes no Service Connect",
    "set serviceConnect for the services that call each other: docs/parts.md#service-connect",
    [false],
  ),
  vpc: keys({
    placement: keys(
      {
        subnets: none(
          "all tasks of a stack run in its private subnets",
          "name these as privateSubnetIds of network, which then is the existing VPC",
        ),
      },
      (tree, draft, key) => {
        if (textOf(tree) === "private") return;
        const instead =
          "nothing to do; they reach the internet through a NAT gateway, which costs about USD 33 a month";
        draft.list(tree, key, "tasks run in private subnets", instead);
      },
    ),
    security_groups: none(
      "Slipway makes the tasks' security group",
      "allow the new group in the security groups of your databases; or add groups in your own program, with transform",
    ),
  }),
});

const storage: Rule = keys({
  ephemeral: mapped((tree, draft, key) => {
    // Fargate's 20 GiB are the default, and not an allowed value.
    if (numberOf(tree) !== 20) copy(["ephemeralStorage"], "number")(tree, draft, key);
  }),
  readonly_fs: mapped(copy(["readonlyRootFilesystem"], "boolean")),
  volumes: none(
    "this command writes no volumes",
    "set volumes of the service, with the id of the file system: docs/parts.md#volumes",
  ),
});

const firelens = none(
  "Slipway sends logs to CloudWatch only",
  "let a subscription filter of the log group forward them",
);

const logging: Rule = keys({
  retention: mapped(copy(["logRetentionInDays"], "number")),
  image: firelens,
  destination: firelens,
  enableMetadata: firelens,
  secretOptions: firelens,
  configFilePath: firelens,
  env_file: firelens,
});

export const serviceRules: Rules = {
  name: done,
  type: done,
  environments: done,
  http,
  nlb: none(
    "Slipway has Application Load Balancers only",
    "serve HTTP behind the load balancer, or keep the CloudFormation stack of this service",
  ),
  image,
  cpu: mapped(copy(["cpu"], "number")),
  memory: mapped(copy(["memory"], "number")),
  platform: mapped(platform),
  count: countRule,
  exec: mapped((tree, draft, key) => {
    if (booleanOf(tree) !== false) copy(["enableExecuteCommand"], "boolean")(tree, draft, key);
  }),
  deployment,
  entrypoint: none(
    "the service's container keeps the image's entry point",
    "write ENTRYPOINT into the Dockerfile, or the whole command line into command",
  ),
  command: commandTo(["command"]),
  network,
  variables: variablesTo(["environment"]),
  env_file: envFile,
  secrets: secretsTo(["secrets"]),
  storage,
  publish: none(
    "Slipway makes no SNS topics",
    "create the topics in your own program, and allow sns:Publish in taskRolePolicy",
  ),
  logging,
  observability: keys({
    tracing: none(
      "Slipway adds no X-Ray collector",
      "add one under sidecars, and allow xray:Put* in taskRolePolicy",
    ),
  }),
  taskdef_overrides: none(
    "a stack file changes no task definition",
    "set the same property in your own program, with transform.taskDefinition",
  ),
  sidecars,
};
