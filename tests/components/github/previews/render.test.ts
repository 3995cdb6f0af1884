import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { checkPreviews } from "../../../../components/github/previews/check";
import {
  type PreviewSettings,
  renderPreviewWorkflow,
  renderUpdateWorkflow,
} from "../../../../components/index";
import { assertSnapshot } from "../../../snapshots/snapshot";
import { findings } from "../workflow/linters";
import { previewBackends } from "../workflow/workflows";

interface Job {
  readonly if?: string;
  readonly needs?: readonly string[];
  readonly environment?: { readonly name: string };
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly name: string;
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, string>>;
  }[];
}

const jobs = (content: string) => (parse(content) as { jobs: Record<string, Job> }).jobs;
const { s3, "pulumi-cloud": cloud } = previewBackends;

describe("the workflows of previews and updates", () => {
  it("are as in the snapshots", () => {
    assertSnapshot("preview-slipway-s3.yml", renderPreviewWorkflow(s3));
    assertSnapshot("preview-slipway-pulumi-cloud.yml", renderPreviewWorkflow(cloud));
    assertSnapshot("update-slipway-s3.yml", renderUpdateWorkflow(s3));
  });

  it("give AWS credentials only to jobs that cannot comment, and run no program in the job that comments", () => {
    const { comment, ...previews } = jobs(renderPreviewWorkflow(s3));
    assert.deepEqual(Object.keys(previews), ["preview-dev", "preview-prod"]);
    for (const { permissions } of Object.values(previews)) {
      assert.deepEqual(permissions, { contents: "read", "id-token": "write" });
    }
    assert.deepEqual(comment?.permissions, { "pull-requests": "write" });
    assert.deepEqual(comment?.needs, ["preview-dev", "preview-prod"]);
    assert.deepEqual(
      comment?.steps.map(({ uses, run }) => run ?? uses?.split("@")[0]),
      ["actions/download-artifact", "actions/github-script"],
    );
    for (const { permissions } of Object.values(jobs(renderUpdateWorkflow(s3)))) {
      assert.deepEqual(permissions, { contents: "read", "id-token": "write" });
    }
  });

  it("skip each job for a fork's pull request", () => {
    for (const job of Object.values(jobs(renderPreviewWorkflow(s3)))) {
      assert.match(
        job.if ?? "",
        /github\.event\.pull_request\.head\.repo\.full_name == github\.repository/,
      );
    }
  });

  it("update the stacks that ask for it, one after the other, each in its environment", () => {
    const [dev, prod] = Object.values(jobs(renderUpdateWorkflow(s3)));
    assert.deepEqual([dev?.needs, prod?.needs], [undefined, ["update-dev"]]);
    assert.deepEqual(
      [dev?.environment?.name, prod?.environment?.name],
      ["update-slipway-dev", "update-slipway-prod"],
    );
    const [first, second] = s3.stacks;
    const stacks = [{ name: first?.name ?? "" }, { ...second, name: "prod" }];
    const only = jobs(renderUpdateWorkflow({ ...s3, stacks, environments: false }));
    assert.deepEqual(Object.keys(only), ["update-prod"]);
    assert.equal(only["update-prod"]?.needs, undefined);
    assert.equal(only["update-prod"]?.environment, undefined);
  });

  it("exchange GitHub's token for Pulumi Cloud's: the team's in previews, the organization's in updates", () => {
    const token = (content: string, id: string) =>
      jobs(content)[id]?.steps.find(({ uses }) => uses?.startsWith("pulumi/auth-actions@"))?.with;
    const type = "urn:pulumi:token-type:access_token";
    assert.deepEqual(token(renderPreviewWorkflow(cloud), "preview-dev"), {
      organization: "octo-org",
      "requested-token-type": `${type}:team`,
      scope: "team:readers",
    });
    assert.deepEqual(token(renderUpdateWorkflow(cloud), "update-dev"), {
      organization: "octo-org",
      "requested-token-type": `${type}:organization`,
    });
    assert.equal(token(renderPreviewWorkflow(s3), "preview-dev"), undefined);
  });

  it("keep the comment of many stacks below GitHub's limit", () => {
    const stacks = Array.from({ length: 20 }, (_, i) => ({ name: `s${i}` }));
    const text = renderPreviewWorkflow({ ...s3, stacks });
    const limits = [...text.matchAll(/LIMIT: "(\d+)"/g)].map(([, limit]) => Number(limit));
    assert.equal(limits.length, 20);
    assert.ok(limits.reduce((sum, limit) => sum + limit + 2, 0) < 65_000, String(limits));
  });

  it("have no findings with any settings that the checks accept", async function () {
    this.timeout(60_000);
    const text = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 12 });
    const name = fc.stringMatching(/^[\w.-]{1,12}$/);
    const backend = fc.oneof(
      fc.record({
        type: fc.constant("s3" as const),
        url: fc.constant("s3://octo-state"),
        kmsKey: text.map((key) => `alias/${key}`),
      }),
      fc.record({
        type: fc.constant("pulumi-cloud" as const),
        organization: name,
        previewTeam: name,
      }),
    );
    const stack = fc.record({
      name,
      update: fc.constant({ role: "arn:aws:iam::123456789012:role/update" }),
    });
    const settings: fc.Arbitrary<PreviewSettings> = fc
      .record({
        baseBranch: text,
        backend,
        stacks: fc.uniqueArray(stack, { minLength: 1, maxLength: 3, selector: (one) => one.name }),
        previewToken: name,
      })
      .filter((some) => checkPreviews(some, "previews").length === 0);
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(settings, async (some) => {
        const args = { ...s3, ...some, branch: some.baseBranch ?? "main" };
        for (const render of [renderPreviewWorkflow, renderUpdateWorkflow]) {
          assert.deepEqual(await findings(render(args), "random.yml"), []);
        }
        tried += 1;
      }),
      { numRuns: 25 },
    );
    assert.equal(tried, 25);
  });
});
