/** OpenID Connect identity providers of IAM. */
import { IAM } from "@aws-sdk/client-iam";
import type * as iam from "@pulumi/aws/iam";
import type { AwsContext } from "./context";
import { invoke, resource } from "./definition";
import { fromTagList, toTagList } from "./tags";

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
    // ForceNew in the provider's schema. AWS answers the URL without its scheme.
    url: { replace: true, equal: (a, b) => withoutScheme(a) === withoutScheme(b) },
  },
  outputs: { arn: "stable" },
  tagging: {
    add: (aws, { arn }, tags) =>
      client(aws).tagOpenIDConnectProvider({
        OpenIDConnectProviderArn: arn,
        Tags: toTagList(tags),
      }),
    remove: (aws, { arn }, TagKeys) =>
      client(aws).untagOpenIDConnectProvider({ OpenIDConnectProviderArn: arn, TagKeys }),
  },
  async create(aws, { url, clientIdLists, thumbprintLists }, tags) {
    const { OpenIDConnectProviderArn: arn = "" } = await client(aws).createOpenIDConnectProvider({
      Url: url,
      ClientIDList: clientIdLists,
      ThumbprintList: thumbprintLists ?? [],
      Tags: toTagList(tags),
    });
    return arn;
  },
  async read(aws, { id }) {
    const found = await describe(aws, id);
    const { url, clientIdLists, thumbprintLists } = found;
    return { properties: { arn: id, url, clientIdLists, thumbprintLists }, tags: found.tags };
  },
  async update(aws, arn, inputs, change) {
    const OpenIDConnectProviderArn = arn;
    if (change.has("thumbprintLists")) {
      const ThumbprintList = inputs.thumbprintLists ?? [];
      await client(aws).updateOpenIDConnectProviderThumbprint({
        OpenIDConnectProviderArn,
        ThumbprintList,
      });
    }
    const before = change.old.inputs.clientIdLists ?? [];
    for (const ClientID of inputs.clientIdLists.filter((audience) => !before.includes(audience))) {
      await client(aws).addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn, ClientID });
    }
    for (const ClientID of before.filter((audience) => !inputs.clientIdLists.includes(audience))) {
      await client(aws).removeClientIDFromOpenIDConnectProvider({
        OpenIDConnectProviderArn,
        ClientID,
      });
    }
  },
  async delete(aws, { id }) {
    await client(aws).deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: id });
  },
});

/** https://www.pulumi.com/registry/packages/aws/api-docs/iam/getopenidconnectprovider/ */
export const getOpenIdConnectProvider = invoke<
  iam.GetOpenIdConnectProviderArgs,
  iam.GetOpenIdConnectProviderResult
>({
  type: "aws:iam/getOpenIdConnectProvider:getOpenIdConnectProvider",
  args: ["arn", "url"],
  async run(aws, { arn, url }) {
    const id = arn ?? (await arnOf(aws, url ?? ""));
    if (!id) throw new Error(`no IAM OpenID Connect provider has the URL '${url}'`);
    const { tags, ...found } = await describe(aws, id);
    return { id, arn: id, ...found, tags: { ...tags } };
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
    url: found.Url ?? "",
    clientIdLists: found.ClientIDList ?? [],
    thumbprintLists: found.ThumbprintList ?? [],
    tags: fromTagList(found.Tags),
  };
}

function withoutScheme(url: string): string {
  return url.replace(/^https:\/\//, "");
}

function client(aws: AwsContext): IAM {
  return aws.client(IAM);
}
