import { cloudFrontRegion } from "../cloudfront/plan";
import { certificate } from "../shared/certificate";
import type { Problem } from "../shared/errors";
import { checkArnRegion, type RegionalKind } from "../shared/regional-arn";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

const key: RegionalKind = {
  service: "kms",
  noun: "a key",
  fix: (region) => `aws kms list-aliases --region ${region} lists the keys there`,
};

const listener: RegionalKind = {
  service: "elasticloadbalancing",
  noun: "a listener",
  fix: () => "name a listener of this region, or correct aws:region",
};

const queue: RegionalKind = {
  service: "sqs",
  noun: "a queue",
  fix: (region) => `create one there: aws sqs create-queue --region ${region} --queue-name …`,
};

/** An alarm's actions must be in its region: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const topic: RegionalKind = {
  service: "sns",
  noun: "a topic",
  fix: (region) => `create one there: aws sns create-topic --region ${region} --name …`,
};

const snapshot: RegionalKind = {
  service: "rds",
  noun: "a snapshot",
  fix: (region) => `copy it: aws rds copy-db-cluster-snapshot --region ${region} …`,
};

const userPool: RegionalKind = {
  service: "cognito-idp",
  noun: "a user pool",
  fix: () => "name one of this region, or use the pool as an OpenID Connect provider: signIn.oidc",
};

const secret: RegionalKind = {
  service: "secretsmanager",
  noun: "a secret",
  fix: (region) =>
    `replicate it: aws secretsmanager replicate-secret-to-regions --add-replica-regions Region=${region} …`,
};

const lambda: RegionalKind = {
  service: "lambda",
  noun: "a function",
  fix: (region) => `aws lambda list-functions --region ${region} lists those there`,
};

/**
 * Every ARN of a configuration that must be in the stack's region. `*` is each entry of a list or a map. Not in the table:
 * CloudFront's certificate, which is in us-east-1 in every stack; the container's secrets, which ECS reads from other regions, too
 * (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html); and the key of Pulumi's state, which is the backend's.
 */
export const regionalArns: Readonly<Record<string, RegionalKind>> = {
  "network.flowLogs.kmsKeyArn": key,
  "loadBalancer.https.certificateArn": certificate,
  "loadBalancer.existing.listenerArn": listener,
  "loadBalancer.existing.testListenerArn": listener,
  "waf.logging.kmsKeyArn": key,
  "database.kmsKeyArn": key,
  "database.snapshotIdentifier": snapshot,
  "clientVpn.serverCertificateArn": certificate,
  "clientVpn.authentication.clientRootCertificateChainArn": certificate,
  "clientVpn.kmsKeyArn": key,
  "notices.topic.existing": topic,
  "notices.kmsKeyArn": key,
  "services.*.logKmsKeyArn": key,
  "services.*.imageRepository.kmsKeyArn": key,
  "services.*.volumes.*.efs.kmsKeyArn": key,
  "services.*.worker.queue.existing": queue,
  "services.*.worker.queue.kmsKeyArn": key,
  "services.*.scheduledTasks.*.deadLetterQueueArn": queue,
  "services.*.signIn.cognito.existing.userPoolArn": userPool,
  "services.*.signIn.oidc.clientSecret": secret,
  "services.*.strategy.hooks.*": lambda,
};

/** Compares the region of each ARN with the one that it must have. */
export function checkArnRegions(
  config: Unchecked<StackConfig>,
  region: string | undefined,
  at: (key: string) => string,
): Problem[] {
  if (region === undefined) {
    return [];
  }
  const ofStack = { region, is: "the stack's region" };
  const ofCloudFront = { region: cloudFrontRegion, is: "where CloudFront's firewalls log" };
  return Object.entries(regionalArns).flatMap(([pattern, kind]) => {
    const wanted = config.cloudfront && pattern.startsWith("waf.") ? ofCloudFront : ofStack;
    return valuesAt(config, pattern.split("."))
      .flatMap(([path, arn]) => checkArnRegion(at(path), arn, kind, wanted))
      .map((problem) => ({ ...problem, reads: ["aws:region", at("cloudfront")] }));
  });
}

/** The values at a path with `*`, each with its own path. */
function valuesAt(value: unknown, [name, ...rest]: string[], path = ""): [string, unknown][] {
  if (name === undefined) {
    return [[path, value]];
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const join = (key: string) =>
    Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key;
  return Object.entries(value)
    .filter(([key]) => name === "*" || key === name)
    .flatMap(([key, inner]) => valuesAt(inner, rest, join(key)));
}
