import type * as iam from "@pulumi/aws/iam";
import { accountOf } from "./account";
import { accepted, kept, stable } from "./definition";
import { arnOf } from "./partition";

/** https://www.pulumi.com/registry/packages/aws/api-docs/iam/instanceprofile/ */
export const instanceProfile = kept<iam.InstanceProfileArgs, iam.InstanceProfileState>({
  type: "aws:iam/instanceProfile:InstanceProfile",
  global: true,
  name: { property: "name", maxLength: 128 },
  properties: {
    ...accepted("role"),
    name: { replace: true },
    path: { default: "/", replace: true },
  },
  outputs: stable("arn", "createDate", "uniqueId"),
  tagging: true,
  id: ({ name }) => String(name),
  state: async (aws, name) => ({
    arn: arnOf("", "iam", await accountOf(aws), `instance-profile/${name}`),
    createDate: "2026-01-01T00:00:00Z",
    uniqueId: `AIPA${name.toUpperCase()}`,
  }),
});
