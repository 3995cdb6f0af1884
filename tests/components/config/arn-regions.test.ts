import assert from "node:assert/strict";
import { z } from "zod";
import { stackConfig } from "../../../components/config";
import { checkArnRegions, regionalArns } from "../../../components/config/check-arn-regions";

/** The keys of the configuration that take ARNs and have no region of their own, or another one than the stack's. */
const elsewhere = [
  // S3's and IAM's ARNs have no region.
  "clientVpn.authentication.samlProviderArn",
  "network.flowLogs.bucketArn",
  // In us-east-1: the check of the distribution knows it.
  "cloudfront.certificateArn",
  // Connections work in every region: https://docs.aws.amazon.com/dtconsole/latest/userguide/welcome-connections-how-it-works-global.html
  "release.source.connectionArn",
];

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Every path of the schema, with `*` for the entries of lists and maps. */
function pathsOf(schema: Schema, path: readonly string[] = []): string[] {
  const { properties = {}, additionalProperties, items, anyOf = [], oneOf = [] } = schema;
  const entries = [items, additionalProperties].filter((one) => typeof one === "object");
  return [
    path.join("."),
    ...Object.entries(properties).flatMap(([key, inner]) => pathsOf(inner, [...path, key])),
    ...entries.flatMap((inner) => pathsOf(inner, [...path, "*"])),
    ...[...anyOf, ...oneOf].flatMap((inner) => pathsOf(inner, path)),
  ];
}

const paths = new Set(
  pathsOf(z.toJSONSchema(stackConfig, { reused: "inline", unrepresentable: "any" }) as Schema),
);

describe("the regions of ARNs", () => {
  it("are compared for every key that is called an ARN", () => {
    const named = [...paths].filter((path) => /Arns?$/.test(path));
    assert.ok(named.length > 15, `only ${named.join(", ")}`);
    const known = [...Object.keys(regionalArns), ...elsewhere];
    assert.deepEqual(
      named.filter((path) => !known.includes(path)),
      [],
    );
  });

  it("are compared at paths that the configuration has", () => {
    // Each strategy lists its own hooks.
    const isHook = (path: string) => path.endsWith(".hooks.*");
    assert.deepEqual(
      Object.keys(regionalArns).filter((path) => !paths.has(path) && !isHook(path)),
      [],
    );
  });

  it("are wrong all at once, and that of CloudFront's firewall is us-east-1", () => {
    const arn = (service: string, region: string) => `arn:aws:${service}:${region}:1:a`;
    const config = {
      cloudfront: {},
      waf: { logging: { kmsKeyArn: arn("kms", "eu-central-1") } },
      notices: { topic: { existing: arn("sns", "eu-west-1") }, kmsKeyArn: arn("kms", "us-east-1") },
      services: [
        undefined,
        {
          worker: { queue: { existing: arn("sqs", "eu-west-1") } },
          scheduledTasks: { nightly: { deadLetterQueueArn: arn("sqs", "eu-west-1") } },
          // Another service's ARN is the mistake of another check.
          logKmsKeyArn: arn("s3", "eu-west-1"),
        },
      ],
    };
    const problems = checkArnRegions(config, "eu-central-1", (key) => `slipway:${key}`);
    assert.deepEqual(
      problems.map(({ path, allowed }) => `${path}: ${allowed}`),
      [
        "slipway:waf.logging.kmsKeyArn: a key in us-east-1, where CloudFront's firewalls log: this one is in eu-central-1",
        "slipway:notices.topic.existing: a topic in eu-central-1, the stack's region: this one is in eu-west-1",
        "slipway:notices.kmsKeyArn: a key in eu-central-1, the stack's region: this one is in us-east-1",
        "slipway:services[1].worker.queue.existing: a queue in eu-central-1, the stack's region: this one is in eu-west-1",
        "slipway:services[1].scheduledTasks.nightly.deadLetterQueueArn: a queue in eu-central-1, the stack's region: this one is in eu-west-1",
      ],
    );
  });
});
