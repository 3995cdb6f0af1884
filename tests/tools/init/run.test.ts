import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { ConfigurationError } from "../../../components/index";
import { Cancelled, UsageError } from "../../../tools/command";
import type { Prompts } from "../../../tools/init/prompts";
import { run } from "../../../tools/init/run";

const dockerfile = "FROM node\nEXPOSE 3000\nHEALTHCHECK CMD curl -f localhost:3000/up\n";

/** Compares only the expected keys of objects. */
function assertHas(actual: unknown, expected: unknown): void {
  const part = (value: unknown, pattern: unknown): unknown =>
    typeof pattern === "object" && pattern !== null
      ? Object.fromEntries(
          Object.entries(pattern).map(([key, inner]) => [
            key,
            part((value as Record<string, unknown> | undefined)?.[key], inner),
          ]),
        )
      : value;
  assert.deepEqual(part(actual, expected), part(expected, expected));
}

/** What GitHub answers, by endpoint; anything else is a 404. */
type GitHub = Readonly<Record<string, readonly [code: number, body: unknown]>>;

const open: GitHub = {
  "repos/octo-org/octo-shop": [200, { default_branch: "trunk" }],
  "repos/octo-org/octo-shop/branches/trunk": [200, { protected: false }],
  "repos/octo-org/octo-shop/rules/branches/trunk": [200, []],
};

describe("npm run init", () => {
  let app = "";
  let project = "";
  let server: Server;
  let answers: GitHub = {};
  let authorization: string | undefined;
  const git = (...args: string[]) => execFileSync("git", args, { cwd: app, stdio: "pipe" });

  before(async () => {
    server = createServer(({ url = "", headers }, response) => {
      authorization = headers.authorization;
      const [code, body] = answers[url.slice(1).split("?")[0] ?? ""] ?? [404, {}];
      response.writeHead(code).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => server.close());
  beforeEach(() => {
    answers = open;
    app = mkdtempSync(join(tmpdir(), "init-app-"));
    project = mkdtempSync(join(tmpdir(), "init-project-"));
    git("init", "--initial-branch", "main");
    git("remote", "add", "origin", "git@github.com:octo-org/octo-shop.git");
    writeFileSync(join(app, "Dockerfile"), dockerfile);
  });

  interface Options {
    readonly prompts?: Prompts;
    readonly env?: Readonly<Record<string, string>>;
  }

  const init = (args: readonly string[] = [], { prompts, env }: Options = {}) => {
    const { port } = server.address() as AddressInfo;
    const own = { AWS_REGION: "eu-west-1", GITHUB_API_URL: `http://127.0.0.1:${port}`, ...env };
    return run(args, project, { cwd: app, env: own, say: () => {}, prompts });
  };
  const text = (stack: string) => readFileSync(join(project, `Pulumi.${stack}.yaml`), "utf8");
  const config = (stack: string) => parse(text(stack)).config;
  const refused = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => assert.fail("init wrote"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.problems.map(({ path }) => path);
  };

  it("writes dev and prod from what it finds, without a question", async () => {
    const report = await init();
    const { "slipway:github": github, "slipway:services": services, ...dev } = config("dev");
    assert.equal(dev["aws:region"], "eu-west-1");
    assert.deepEqual(github, {
      repository: "octo-org/octo-shop",
      trigger: { type: "push", branch: "trunk" },
      identityProvider: "create",
    });
    assertHas(services, [
      { name: "octo-shop", port: 3000, healthCheck: { path: "/up" }, build: undefined },
    ]);
    assert.deepEqual(config("prod")["slipway:github"].trigger, { type: "tag", pattern: "v*" });
    assert.match(text("dev"), /port: 3000 # EXPOSE in the Dockerfile/);
    assert.match(report, /Pulumi\.dev\.yaml is new\./);
    assert.deepEqual(
      report.match(/^ {2}(?:npm|pulumi) .*/gm)?.map((line) => line.trim()),
      ["npm run doctor -- --stack dev", "pulumi stack init dev", "pulumi up --stack dev"],
    );
    assert.equal(authorization, undefined);
  });

  it("prefers flags to what it finds", async () => {
    const flags = ["--branch=next", "--region=us-east-1", "--name=web", "--port=8080"];
    const more = ["--health-path=/", "--domain=web.example.com", "--stack=production"];
    await init([...flags, ...more], { env: { GITHUB_TOKEN: "abc" } });
    const production = config("production");
    assert.deepEqual(production["slipway:loadBalancer"].https, {
      domain: "web.example.com",
      zone: "example.com",
    });
    assertHas(production["slipway:services"], [{ name: "web", port: 8080 }]);
    assert.equal(production["aws:region"], "us-east-1");
    assert.equal(authorization, "Bearer abc");
  });

  it("follows what GitHub says: environments, the plan, and who may commit", async () => {
    const rules = "repos/octo-org/octo-shop/rules/branches/trunk";
    answers = {
      ...open,
      [rules]: [200, [{ type: "pull_request", ruleset_id: 7 }]],
      "repos/octo-org/octo-shop/rulesets/7": [200, { current_user_can_bypass: "never" }],
      "repos/octo-org/octo-shop/environments/dev": [200, { deployment_branch_policy: null }],
    };
    const report = await init(["--stack=dev"]);
    assertHas(config("dev")["slipway:github"], {
      environment: "adopt",
      delivery: { type: "pull_request" },
    });
    assert.match(report, /Before the first update:\n- adopt: the environment dev .* every branch/);

    answers = { ...open, [rules]: [403, { message: "Upgrade to GitHub Pro" }] };
    await init(["--stack=dev", "--force"]);
    assert.equal(config("dev")["slipway:github"].settings, "repository");
    assert.equal(config("dev")["slipway:github"].environment, undefined);
  });

  it("reads a repository without a clone on GitHub", async () => {
    const content = Buffer.from(dockerfile).toString("base64");
    answers = {
      "repos/octo-org/other": [200, { default_branch: "main" }],
      "repos/octo-org/other/contents/deploy/Dockerfile": [200, { content }],
    };
    await init(["--repository=octo-org/other", "--dockerfile=deploy/Dockerfile", "--stack=dev"]);
    assertHas(config("dev")["slipway:services"], [
      { name: "other", port: 3000, build: { dockerfile: "deploy/Dockerfile" } },
    ]);
  });

  it("continues without GitHub's answer, and says what to check", async () => {
    answers = {};
    git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main");
    assert.match(
      await init(["--stack=dev"]),
      /no repository octo-org\/octo-shop\. If it is private/,
    );
    assert.equal(config("dev")["slipway:github"].trigger.branch, "main");
  });

  it("names every missing and every wrong answer at once, and writes nothing", async () => {
    answers = {};
    git("remote", "remove", "origin");
    writeFileSync(join(app, "Dockerfile"), "FROM node AS base\nEXPOSE 80 443\n");
    const wrong = ["--target=debug", "--health-path=health", "--zone=example.org"];
    const none = { AWS_REGION: "", AWS_CONFIG_FILE: join(app, "none") };
    assert.deepEqual(await refused(init(wrong, { env: none })), [
      ...["--repository", "--branch", "--region", "--target", "--port"],
      ...["--health-path", "--domain"],
    ]);
    assert.throws(() => text("dev"), /ENOENT/);
    const values = ["--repository=octo", "--region=mars-1", "--name=API", "--port=x"];
    assert.deepEqual(await refused(init(values)), [
      ...["--repository", "--branch", "--region", "--name", "--port"],
    ]);
    assert.deepEqual(await refused(init(["--app=none", "--repository=a/b"])), [
      ...["--app", "--branch", "--dockerfile"],
    ]);
    const both = [
      "--domain=app.example.com",
      "--zone=example.org",
      "--repository=octo-org/octo-shop",
      "--app=.",
    ];
    assert.deepEqual(
      await refused(init([...both, "--branch=main", "--port=80", "--target=base"])),
      ["--zone"],
    );
    await assert.rejects(init(["--prot=1"]), UsageError);
  });

  it("asks for what it does not find, and only that", async () => {
    rmSync(join(app, "Dockerfile"));
    for (const folder of ["a", "b"]) {
      execFileSync("mkdir", [folder], { cwd: app });
      writeFileSync(join(app, folder, "Dockerfile"), "FROM node\nEXPOSE 80 443\n");
    }
    const asked: string[] = [];
    const prompts = {
      text: async ({ message, check }: Parameters<Prompts["text"]>[0]) => {
        asked.push(message);
        assert.match(check("0") ?? "", /1 to 65535|domain name/);
        return message.startsWith("The port") ? "443" : "";
      },
      select: async ({ options }: Parameters<Prompts["select"]>[0]) => {
        asked.push(options.join());
        return options[1] ?? "";
      },
      confirm: async (message: string) => {
        asked.push(message);
        return asked.length < 5;
      },
    };
    await init([], { prompts });
    assert.deepEqual(asked, [
      "a/Dockerfile,b/Dockerfile",
      "The port where the container listens for HTTP (found: 80, 443)",
      "The domain of production, in a public Route 53 zone (leave it empty for HTTP without a domain)",
      "Write Pulumi.dev.yaml and Pulumi.prod.yaml?",
    ]);
    assertHas(config("prod")["slipway:services"], [
      { port: 443, build: { dockerfile: "b/Dockerfile" } },
    ]);
    const before = text("prod");
    await assert.rejects(init(["--force", "--port=80"], { prompts }), Cancelled);
    assert.equal(text("prod"), before);
  });

  it("replaces the examples of a fresh clone without --force", async () => {
    const example = readFileSync(join(__dirname, "../../../Pulumi.dev.yaml"), "utf8");
    writeFileSync(join(project, "Pulumi.dev.yaml"), example);
    assert.match(await init(), /Pulumi\.dev\.yaml replaces the example\./);
    execFileSync("git", ["init"], { cwd: project, stdio: "pipe" });
    // An edited example may be somebody's work.
    writeFileSync(join(project, "Pulumi.dev.yaml"), example);
    assert.deepEqual(await refused(init(["--stack=dev"])), ["Pulumi.dev.yaml"]);
  });

  it("replaces a file only with --force, keeps Pulumi's own keys, and says what is gone", async () => {
    await init(["--stack=dev"]);
    const salted = `encryptionsalt: v1:abc\n${text("dev")}`;
    writeFileSync(join(project, "Pulumi.dev.yaml"), salted);
    assert.deepEqual(await refused(init([])), ["Pulumi.dev.yaml"]);
    assert.equal(text("dev"), salted);
    assert.throws(() => text("prod"), /ENOENT/);
    const report = await init(["--force", "--name=web"]);
    assert.match(
      report,
      /Pulumi\.dev\.yaml replaces a file with the repository octo-org\/octo-shop, the services octo-shop\.\n/,
    );
    assert.equal(parse(text("dev")).encryptionsalt, "v1:abc");
    assert.equal(config("dev")["slipway:services"][0].name, "web");
  });
});
