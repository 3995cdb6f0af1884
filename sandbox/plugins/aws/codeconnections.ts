/** CodeConnections, formerly CodeStar Connections. A person confirms a connection: `npm run sandbox -- confirm-connection`. */
import { createHash } from "node:crypto";
import type * as codeconnections from "@pulumi/aws/codeconnections";
import type * as codestarconnections from "@pulumi/aws/codestarconnections";
import { keptOf } from "../kit/kept";
import { accountOf } from "./account";
import { accepted, invoke, kept, replacing, stable } from "./definition";
import { arnOf } from "./partition";

const PROVIDERS = ["Bitbucket", "GitHub", "GitHubEnterpriseServer", "GitLab", "GitLabSelfManaged"];

/** https://www.pulumi.com/registry/packages/aws/api-docs/codeconnections/connection/ */
const connection = kept<codeconnections.ConnectionArgs, codeconnections.ConnectionState>({
  type: "aws:codeconnections/connection:Connection",
  pluginFramework: true,
  name: { property: "name" },
  properties: {
    name: {
      replace: true,
      validate: (name) =>
        name.length <= 32 ? undefined : "string length must be between 1 and 32",
    },
    ...replacing("hostArn"),
    ...accepted("timeouts"),
    providerType: {
      replace: true,
      computed: true,
      validate: (provider) =>
        PROVIDERS.includes(provider) ? undefined : `value must be one of: ${PROVIDERS.join(", ")}`,
    },
  },
  outputs: { ...stable("arn", "ownerAccountId"), connectionStatus: "volatile" },
  tagging: true,
  async id({ name }, urn, aws) {
    const hex = createHash("sha256").update(`${urn} ${name}`).digest("hex");
    const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5");
    return arnOf(aws.region, "codeconnections", await accountOf(aws), `connection/${uuid}`);
  },
  state: async (aws, arn, { providerType }) => ({
    ...{ arn, connectionStatus: "PENDING", providerType: providerType ?? "GitHub" },
    ownerAccountId: await accountOf(aws),
  }),
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/codestarconnections/getconnection/ */
export const getConnection = invoke<
  codestarconnections.GetConnectionArgs,
  codestarconnections.GetConnectionResult
>({
  type: "aws:codestarconnections/getConnection:getConnection",
  args: ["arn", "name"],
  async run(aws, { arn, name }) {
    const all = await keptOf(connection.type);
    const found = all.find(({ properties }) =>
      arn === undefined ? properties.name === name : properties.arn === arn,
    );
    if (!found) {
      throw new Error(
        `ResourceNotFoundException: Could not find Connection with ARN ${arn ?? name}. In the sandbox a person makes one with \`npm run sandbox -- confirm-connection --connection ARN\``,
      );
    }
    const text = (property: string) => String(found.properties[property] ?? "");
    return {
      ...{ id: text("arn"), arn: text("arn"), region: aws.region, name: text("name") },
      connectionStatus: text("connectionStatus"),
      hostArn: text("hostArn"),
      providerType: text("providerType"),
      tags: found.tags,
    };
  },
});

export const resources = [connection];
