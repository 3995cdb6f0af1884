import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { actions } from "../../../components/github/workflow/actions";
import { GitHubUnavailable, updateTable } from "../../../tools/actions/update";

const path = join(__dirname, "../../../components/github/workflow/actions.ts");
const table = readFileSync(path, "utf8");
const commit = (digit: string) => digit.repeat(40);

describe("npm run actions:update", () => {
  let server: Server;
  let url: string;
  let answers: Record<string, unknown>;
  let seen: (string | undefined)[];

  before(async () => {
    server = createServer(({ url: asked = "", headers }, response) => {
      seen.push(headers.authorization);
      const answer = answers[asked.slice(1)];
      const code = answer === undefined ? 404 : typeof answer === "number" ? answer : 200;
      const body =
        code === 200 ? answer : { message: code === 403 ? "API rate limit exceeded" : "Not Found" };
      response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());
  beforeEach(() => {
    seen = [];
    answers = Object.fromEntries(
      Object.values(actions).flatMap(({ uses, version }) => {
        const [repository, sha] = uses.split("@");
        return [
          [`repos/${repository}/releases/latest`, { tag_name: version }],
          [`repos/${repository}/git/ref/tags/${version}`, { object: { type: "commit", sha } }],
        ];
      }),
    );
  });

  it("asks for every action of the table, and changes no action that is up to date", async () => {
    const result = await updateTable(table, { url, token: "t" });
    assert.deepEqual(result, { table, changes: [] });
    assert.deepEqual(
      seen,
      Object.keys(answers).map(() => "Bearer t"),
    );
  });

  it("writes the version and the commit of a new release, also for an annotated tag", async () => {
    answers["repos/actions/checkout/releases/latest"] = { tag_name: "v8.0.0" };
    answers["repos/actions/checkout/git/ref/tags/v8.0.0"] = {
      object: { type: "tag", sha: commit("a") },
    };
    answers[`repos/actions/checkout/git/tags/${commit("a")}`] = {
      object: { type: "tag", sha: commit("b") },
    };
    answers[`repos/actions/checkout/git/tags/${commit("b")}`] = {
      object: { type: "commit", sha: commit("c") },
    };
    const { table: updated, changes } = await updateTable(table, { url });
    const { version, uses } = actions.checkout;
    assert.deepEqual(changes, [{ repository: "actions/checkout", from: version, to: "v8.0.0" }]);
    const old = `"actions/checkout", "${version}", "${uses.split("@")[1]}"`;
    assert.ok(table.includes(old), old);
    assert.equal(updated, table.replace(old, `"actions/checkout", "v8.0.0", "${commit("c")}"`));
  });

  it("notices that a tag was moved to another commit", async () => {
    const { version } = actions.checkout;
    answers[`repos/actions/checkout/git/ref/tags/${version}`] = {
      object: { type: "commit", sha: commit("d") },
    };
    const { changes } = await updateTable(table, { url });
    assert.deepEqual(changes, [{ repository: "actions/checkout", from: version, to: version }]);
  });

  for (const [title, change, message] of [
    ["a moving tag as a release", { tag_name: "v8" }, /is v8, which is not a whole version/],
    ["the limit on requests", 403, /403 to GET .*: API rate limit exceeded\. Export GITHUB_TOKEN/],
    ["no release", undefined, /404 to GET repos\/actions\/checkout\/releases\/latest: Not Found/],
  ] as const) {
    it(`fails for ${title}`, async () => {
      answers["repos/actions/checkout/releases/latest"] = change;
      await assert.rejects(updateTable(table, { url }), (error: Error) => {
        assert.ok(error instanceof GitHubUnavailable, `not for the user: ${error}`);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it("says that GitHub cannot be reached", async () => {
    await assert.rejects(updateTable(table, { url: "http://127.0.0.1:1" }), {
      message: /^GitHub does not answer at http:\/\/127\.0\.0\.1:1: .+\.$/,
    });
  });
});
