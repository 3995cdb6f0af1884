import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { STS } from "@aws-sdk/client-sts";
import { AwsContext, connectionOf } from "../../../sandbox/plugins/aws/context";
import { AwsProvider } from "../../../sandbox/plugins/aws/provider";
import type { Properties } from "../../../sandbox/plugins/kit/provider";
import { environment } from "./nowhere";

const ACCOUNT = "100000000001";
const configure = (env: NodeJS.ProcessEnv, config: Properties = {}) =>
  new AwsProvider("7.0.0", {}, env).configure({ region: "eu-central-1", ...config });

describe("the AWS plugin's connection", () => {
  let server: Server;
  let env: typeof environment;
  const authorizations: string[] = [];

  before(async () => {
    const answer = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
    server = createServer((request, response) => {
      authorizations.push(request.headers.authorization ?? "");
      response.writeHead(200, { "content-type": "text/xml" }).end(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    env = { ...environment, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
  });
  after(() => server.close());

  it("refuses an endpoint outside this machine, and a missing one or missing keys", async () => {
    const real = { ...env, AWS_ENDPOINT_URL: "https://sts.amazonaws.com" };
    await assert.rejects(configure(real), /must be an address of this machine/);
    await assert.rejects(configure({ ...env, AWS_ENDPOINT_URL: "" }), /it is not set/);
    await assert.rejects(configure({ ...env, AWS_ACCESS_KEY_ID: "" }), /needs AWS_ACCESS_KEY_ID/);
  });

  it("is the same whatever profile or endpoint of one service the environment has", async () => {
    const saved = { ...process.env };
    Object.assign(process.env, {
      AWS_PROFILE: "production",
      AWS_ENDPOINT_URL: "https://example.com",
      AWS_ENDPOINT_URL_STS: "https://sts.example.com",
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
      AWS_ACCESS_KEY_ID: "real",
      AWS_SECRET_ACCESS_KEY: "real",
    });
    try {
      const sts = new AwsContext("eu-central-1", connectionOf(env)).client(STS);
      assert.equal((await sts.getCallerIdentity({})).Account, ACCOUNT);
    } finally {
      process.env = saved;
    }
    assert.match(authorizations.at(-1) ?? "", /Credential=nobody\//);
  });

  for (const [config, allowed] of [
    [{ allowedAccountIds: `["${ACCOUNT}"]` }, true],
    [{ allowedAccountIds: `[${ACCOUNT}, 999999999999]` }, true],
    [{ allowedAccountIds: "[]" }, true],
    [{ allowedAccountIds: '["999999999999"]' }, false],
    [{ forbiddenAccountIds: '["999999999999"]' }, true],
    [{ forbiddenAccountIds: `["${ACCOUNT}"]` }, false],
  ] as const) {
    it(`${allowed ? "accepts" : "refuses"} the account with ${JSON.stringify(config)}`, async () => {
      const refusal = new Error(`AWS account ID not allowed: ${ACCOUNT}`);
      if (allowed) await assert.doesNotReject(configure(env, config));
      else await assert.rejects(configure(env, config), refusal);
    });
  }
});
