/** OpenID Connect identity providers of IAM. */
import { IAM } from "@aws-sdk/client-iam";
import type * as iam from "@pulumi/aws/iam";
import { fromTags, toTagList } from "../kit/tags";
import type { AwsContext } from "./context";
import { invoke, resource, stable } from "./definition";
import { foundOr } from "./not-found";

/** https://www.pulumi.com/registry/packages/aws/api-docs/iam/openidconnectprovider/ */
export const openIdConnectProvider = resource<
  iam.OpenIdConnectProviderArgs,
  iam.OpenIdConnectProviderState
>({
  type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  global: true,
  properties: {
    clientIdLists: { set: true },
    // "if no thumbprintList is provided, IAM automatically retrieves" one; removed later, the old one stays.
    thumbprintLists: { computed: true },
    // ForceNew in the provider's schema. AWS returns the URL without its scheme, and the provider keeps it so.
    url: { replace: true, asRead: true, equal: (a, b) => withoutScheme(a) === withoutScheme(b) },
  },
  outputs: stable("arn"),
  tagging: {
    add: (aws, { id: OpenIDConnectProviderArn }, tags) =>
      client(aws).tagOpenIDConnectProvider({ OpenIDConnectProviderArn, Tags: toTagList(tags) }),
    remove: (aws, { id: OpenIDConnectProviderArn }, TagKeys) =>
      client(aws).untagOpenIDConnectProvider({ OpenIDConnectProviderArn, TagKeys }),
  },
  async create(aws, { url, clientIdLists, thumbprintLists: ThumbprintList = [] }, tags) {
    const request = {
      Url: url,
      ClientIDList: clientIdLists,
      ThumbprintList,
      Tags: toTagList(tags),
    };
    return (await client(aws).createOpenIDConnectProvider(request)).OpenIDConnectProviderArn;
  },
  async read(aws, { id }) {
    const { tags, ...properties } = await describe(aws, id);
    return { properties, tags };
  },
  async update(aws, OpenIDConnectProviderArn, inputs, { old, has }) {
    const { clientIdLists: wanted, thumbprintLists: ThumbprintList = [] } = inputs;
    if (has("thumbprintLists")) {
      const request = { OpenIDConnectProviderArn, ThumbprintList };
      await client(aws).updateOpenIDConnectProviderThumbprint(request);
    }
    const before = old.inputs.clientIdLists ?? [];
    for (const ClientID of wanted.filter((audience) => !before.includes(audience))) {
      await client(aws).addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID });
    }
    for (const ClientID of before.filter((audience) => !wanted.includes(audience))) {
      const request = { OpenIDConnectProviderArn, ClientID };
      await client(aws).removeClientIDFromOpenIDConnectProvider(request);
    }
  },
  delete: (aws, { id: OpenIDConnectProviderArn }) =>
    client(aws).deleteOpenIDConnectProvider({ OpenIDConnectProviderArn }),
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/iam/getopenidconnectprovider/ */
export const getOpenIdConnectProvider = invoke<
  iam.GetOpenIdConnectProviderArgs,
  iam.GetOpenIdConnectProviderResult
>({
  type: "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider",
  args: ["arn", "url"],
  async run(aws, { arn, url }) {
    const id = arn ?? (await foundOr("IAM OIDC Provider", url ?? "", () => arnOf(aws, url ?? "")));
    return { id, ...(await describe(aws, id)) };
  },
});

/** The ARN ends with the URL, without its scheme. */
async function arnOf(aws: AwsContext, url: string): Promise<string | undefined> {
  const { OpenIDConnectProviderList = [] } = await client(aws).listOpenIDConnectProviders({});
  return OpenIDConnectProviderList.map(({ Arn = "" }) => Arn).find((arn) =>
    arn.endsWith(`:oidc-provider/${withoutScheme(url)}`),
  );
}

async function describe(aws: AwsContext, arn: string) {
  const found = await client(aws).getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn });
  return {
    arn,
    url: found.Url ?? "",
    clientIdLists: found.ClientIDList ?? [],
    thumbprintLists: found.ThumbprintList ?? [],
    tags: fromTags(found),
  };
}

function withoutScheme(url: string): string {
  return url.replace(/^https:\/\//, "");
}

function client(aws: AwsContext): IAM {
  return aws.client(IAM);
}
