import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const file = join(__dirname, "../../examples/code-deploy-hook/hook/function/index.mjs");
const event = { DeploymentId: "d-1", LifecycleEventHookExecutionId: "execution-1" };

/** The function, between an application and a CodeDeploy that are servers of this test. */
describe("the function of the example code-deploy-hook", () => {
  const before = { ...process.env };
  const servers: Server[] = [];
  let reports: { readonly target: unknown; readonly body: Record<string, string> }[];
  let status: (path: string) => number;

  const listen = async (server: Server) => {
    servers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  beforeEach(async () => {
    reports = [];
    status = () => 200;
    const codeDeploy = createServer(async (request, response) => {
      reports.push({
        target: request.headers["x-amz-target"],
        body: JSON.parse(await text(request)) as Record<string, string>,
      });
      response.setHeader("content-type", "application/x-amz-json-1.1").end("{}");
    });
    const app = createServer((request, response) => {
      response.writeHead(status(request.url ?? "")).end();
    });
    Object.assign(process.env, {
      ...{ AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
      // Otherwise the SDK warns that it will stop supporting this version of Node.js.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      ...{ AWS_ENDPOINT_URL: await listen(codeDeploy), TEST_URL: await listen(app) },
    });
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      if (server.listening) await once(server.close(), "close");
    }
    process.env = { ...before };
  });

  /** Calls the function. Returns its report to CodeDeploy, and its log. */
  const call = async () => {
    const errors: unknown[] = [];
    const log = console.error;
    console.error = (line) => errors.push(line);
    try {
      const { handler } = (await import(pathToFileURL(file).href)) as {
        readonly handler: (input: typeof event) => Promise<void>;
      };
      await handler(event);
    } finally {
      console.error = log;
    }
    return { report: reports[0], errors: errors.map(String) };
  };

  it("reports Succeeded if all pages answer", async () => {
    assert.deepEqual(await call(), {
      report: {
        target: "CodeDeploy_20141006.PutLifecycleEventHookExecutionStatus",
        body: {
          deploymentId: "d-1",
          lifecycleEventHookExecutionId: "execution-1",
          status: "Succeeded",
        },
      },
      errors: [],
    });
  });

  it("reports Failed if one does not, and logs which", async () => {
    status = (path) => (path === "/" ? 500 : 200);
    const { report, errors } = await call();
    assert.equal(report?.body.status, "Failed");
    assert.deepEqual(errors, [`${process.env.TEST_URL}/ answered 500`]);
  });

  it("reports Failed if nobody answers", async () => {
    servers[1]?.closeAllConnections();
    servers[1]?.close();
    const { report, errors } = await call();
    assert.equal(report?.body.status, "Failed");
    assert.equal(errors.length, 2, errors.join("\n"));
    assert.match(errors[0] ?? "", /ECONNREFUSED/);
  });
});
