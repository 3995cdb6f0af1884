import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../sandbox/base/processes";
import { devWithNetwork } from "./configs";
import { engine, sandbox, TestStack } from "./harness";

const ACCOUNT = "210987654321";
/** An address of this machine where nothing answers. */
const NOBODY = "http://127.0.0.1:9";

describe("near a real account, the sandbox", function () {
  this.timeout(120_000);
  let stack: TestStack;
  const allowed = (account: string) => ({
    ...devWithNetwork("octo-org/near"),
    "aws:allowedAccountIds": [account],
  });

  before(async function () {
    await engine.call(this);
    stack = await TestStack.create("near", allowed(ACCOUNT), "passphrase");
  });

  it("gives a stack the account that its file allows", async () => {
    assert.equal((await stack.sandbox.credentials("near")).account, ACCOUNT);
    assert.notDeepEqual(await stack.preview(), []);
  });

  it("refuses an account that the file does not allow", async () => {
    await stack.configure(allowed("999999999999"));
    const { code, stdout } = await stack.run(["preview"]);
    assert.notEqual(code, 0, stdout);
    assert.match(stdout, new RegExp(`AWS account ID not allowed: ${ACCOUNT}`));
    await stack.configure(allowed(ACCOUNT));
  });

  it("reads no profile and sends nothing to a proxy", async () => {
    const home = join((await sandbox()).folder, "user");
    await mkdir(join(home, ".aws"), { recursive: true });
    const config = `[default]\nendpoint_url = ${NOBODY}\nignore_configured_endpoint_urls = true\n`;
    await writeFile(join(home, ".aws", "config"), config);
    await writeFile(join(home, ".aws", "credentials"), "[default]\naws_access_key_id = real\n");
    const proxies = ["http_proxy", "https_proxy", "all_proxy", "grpc_proxy", "HTTP_PROXY"];
    const user = { HOME: home, ...Object.fromEntries(proxies.map((name) => [name, NOBODY])) };
    const env = { ...(await stack.env()), ...user };
    const called = await run("aws", ["sts", "get-caller-identity", "--query", "Account"], { env });
    assert.deepEqual([called.code, called.stdout], [0, `"${ACCOUNT}"\n`], called.stderr);
    const { code, stdout, stderr } = await stack.run(["preview"], user);
    assert.equal(code, 0, stdout + stderr);
  });

  it("prints no stack trace if its AWS does not answer", async () => {
    const { code, stdout, stderr } = await stack.run(["preview"], { AWS_ENDPOINT_URL: NOBODY });
    assert.notEqual(code, 0, stdout);
    assert.match(stdout, /connect ECONNREFUSED 127\.0\.0\.1:9/);
    assert.doesNotMatch(stdout + stderr, /^\s+at /m);
  });

  it("refuses to call an address outside this machine", async () => {
    const real = { AWS_ENDPOINT_URL: "https://sts.eu-central-1.amazonaws.com" };
    const { code, stdout } = await stack.run(["preview"], real);
    assert.notEqual(code, 0, stdout);
    assert.match(stdout, /the sandbox calls no\s+real AWS/);
  });
});
