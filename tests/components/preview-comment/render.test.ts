import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { renderPreview } from "../../../components/index";
import { monthlyCost } from "../../../components/preview-comment/cost";
import { assertSnapshot } from "../../snapshots/snapshot";

const recordings = join(__dirname, "recorded");
const recorded = (name: string) => readFileSync(join(recordings, `${name}.jsonl`), "utf8");
const render = (name: string, limit?: number) =>
  renderPreview({ stack: name.split("-")[0] ?? "", events: recorded(name), limit });

interface Made {
  readonly op?: string;
  readonly name?: string;
  readonly old?: Record<string, unknown>;
  readonly new?: Record<string, unknown>;
}

/** The events of a preview in which one resource has one property `p`. */
function events(...made: readonly Made[]): string {
  const steps = made.map(({ op = "update", name = "one", old = {}, new: now = {} }) => ({
    resourcePreEvent: {
      metadata: {
        ...{ op, type: "aws:s3/bucket:Bucket" },
        urn: `urn:pulumi:dev::slipway::aws:s3/bucket:Bucket::${name}`,
        ...{ old: { inputs: old }, new: { inputs: now } },
        detailedDiff: Object.fromEntries(
          Object.keys({ ...old, ...now }).map((key) => [
            key,
            { diffKind: "update", inputDiff: true },
          ]),
        ),
      },
    },
  }));
  const all = [...steps, { summaryEvent: { resourceChanges: {}, result: "succeeded" } }];
  return all.map((event) => JSON.stringify(event)).join("\n");
}

const shown = (...made: readonly Made[]) =>
  renderPreview({ stack: "dev", events: events(...made) });

describe("the comment of a preview", () => {
  for (const file of readdirSync(recordings)) {
    const name = file.replace(/\.jsonl$/, "");
    it(`is as in the snapshot: ${name}`, () => {
      assertSnapshot(`preview-${name}.md`, `${render(name)}\n`);
    });
  }

  it("begins with the counts", () => {
    const first = (name: string) => render(name).split("\n")[0];
    assert.equal(first("dev-create"), "### Preview of `dev`: 77 to create");
    assert.equal(first("dev-nothing"), "### Preview of `dev`: no changes");
    assert.equal(first("prod-delete"), "### Preview of `prod`: 4 to delete, 2 to update");
    assert.equal(
      first("prod-protected"),
      "### Preview of `prod`: failed, 4 to replace, 4 to update",
    );
  });

  it("lists first what the update destroys, and marks it", () => {
    const operations = [
      ...render("dev-replace").matchAll(/(⚠️ )?(?:<b>|\*\*)(\w+)(?:<\/b>|\*\*) [<`]/g),
    ];
    assert.deepEqual(
      operations.map(([, mark = "", operation]) => `${mark}${operation}`),
      [...Array(3).fill("⚠️ replace"), ...Array(4).fill("update"), ...Array(6).fill("create")],
    );
    assert.match(render("dev-replace"), /\[!CAUTION\]\n> This update destroys 3 existing objects/);
  });

  it("does not warn of a new revision of a task, because the old one stays", () => {
    assert.doesNotMatch(render("dev-update"), /⚠️|CAUTION/);
    assert.match(render("dev-update"), /TaskDefinition.*; the old one stays</);
  });

  it("says what the stack costs as README.md does, and how long a deployment takes", () => {
    const type = "aws:cloudwatch/metricAlarm:MetricAlarm";
    const alarm = (...metricQueries: object[]) => ({
      ...{ op: "create", type, urn: `urn:pulumi:dev::slipway::${type}::a` },
      new: { inputs: metricQueries.length > 0 ? { metricQueries } : {} },
    });
    const guard = alarm({ id: "worst" }, { id: "a", metric: {} }, { id: "b", metric: {} });
    const { after } = monthlyCost([guard, alarm()]);
    assert.ok(Math.abs(after - 0.3) < 1e-9, `${after}`);
    assert.match(render("dev-create"), /\*\*Cost\*\*: USD 62\.93 a month, at/);
    assert.match(render("prod-create"), /\*\*Cost\*\*: USD 172\.92 a month, at/);
    assert.match(render("prod-delete"), /USD 99\.92 a month, USD 73\.00 less than before/);
    assert.match(render("dev-update"), /USD 63\.41 a month, USD 0\.49 more than before/);
    assert.match(
      render("dev-replace"),
      /\*\*deployment\*\* of `api` takes 1 h 2 min, before 1 min 40 s/,
    );
  });

  it("shows only the lines of a string and the members of JSON that differ", () => {
    const text = render("dev-update");
    assert.match(text, /-.*paths-ignore:\n.*\n\+ +paths:\n\+ +- app\/\*\*\n/);
    assert.match(text, /- policy\.Statement\[0\]\.Condition\.\S+task-memory: "512"\n\+/);
  });

  it("shows no secret, also one that is not marked as a secret", () => {
    const marked = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    assert.match(
      shown({
        old: { p: { ...marked, ciphertext: "a" } },
        new: { p: { ...marked, ciphertext: "b" } },
      }),
      /- p: \[secret\]\n\+ p: \[secret\]/,
    );
    assert.match(
      shown({ old: { password: "hunter1" }, new: { password: "hunter2" } }),
      /\+ password: \[not shown\]/,
    );
    assert.match(render("dev-update"), /API_TOKEN\.value: \[not shown\]/);
    assert.doesNotMatch(render("dev-update") + shown({ old: { password: "a\nhunter" } }), /hunter/);
    const nested = shown({ old: { p: "x" }, new: { p: { token: "hunter2" } } });
    assert.match(nested, /\+ p: \{"token":"\[not shown\]"\}/);
  });

  it("shows the claims of a trust policy", () => {
    const claim = "token.actions.githubusercontent.com:sub";
    assert.match(
      shown({ old: { p: `{"${claim}":"a"}` }, new: { p: `{"${claim}":"b"}` } }),
      /:sub: "a"/,
    );
  });

  it("shows errors, warnings and violations of policies", () => {
    const diagnostics = [
      { diagnosticEvent: { severity: "error", message: "it broke\n" } },
      { diagnosticEvent: { severity: "error", message: "preview failed\n" } },
      { diagnosticEvent: { severity: "warning", message: "careful" } },
      { diagnosticEvent: { severity: "info#err", message: "chatter" } },
      {
        policyEvent: {
          ...{ resourceUrn: "urn:pulumi:dev::p::t::one", message: "no", policyName: "encrypt" },
          ...{ policyPackName: "team", enforcementLevel: "mandatory" },
        },
      },
    ];
    const text = renderPreview({
      stack: "dev",
      events: diagnostics.map((one) => JSON.stringify(one)).join("\n"),
    });
    assert.match(text, /^### Preview of `dev`: failed\n/);
    assert.match(text, /\*\*Error\*\*\n\n```text\nit broke\n```/);
    assert.match(text, /<summary>Warning<\/summary>\n\n```text\ncareful/);
    assert.match(text, /\*\*Policy\*\* \(`mandatory`\) `team\/encrypt` of `one`\n\n```text\nno/);
    assert.doesNotMatch(text, /preview failed|chatter/);
  });

  it("says that a preview without a result failed, and skips other lines of the output", () => {
    assert.match(
      renderPreview({ stack: "dev", events: "warning: x\n[1" }),
      /failed\n\nThe preview ended without a result/,
    );
  });

  it("stays below the limit, shows the dangerous changes, and says what it leaves out", () => {
    const text = render("dev-replace", 1200);
    assert.ok(text.length <= 1200, `${text.length}`);
    assert.match(
      text,
      /^- ⚠️ \*\*replace\*\* `aws:ecs:Service` `api`|<b>replace<\/b> <code>aws:ecs:Service/m,
    );
    assert.match(
      text,
      /> Left out, because GitHub limits comments: .*`pulumi preview --diff --stack dev` shows everything\./,
    );
    const many = Array.from({ length: 3000 }, (_, i) => ({
      name: `n${i}`,
      old: { p: "a" },
      new: { p: "b" },
    }));
    const long = shown(...many);
    assert.ok(long.length <= 65_000 && long.length > 60_000, `${long.length}`);
    assert.match(long, /Left out, because GitHub limits comments: \d+ changes/);
  });

  it("stays below the limit with any number of messages, and ends each block", () => {
    const many = Array.from({ length: 90 }, (_, i) => ({
      diagnosticEvent: { severity: "error", message: `${i} ${"x\n".repeat(5000)}` },
    }));
    for (const limit of [1000, 5000, 65_000]) {
      const text = renderPreview({
        ...{ stack: "dev", limit },
        events: `${events({ op: "delete" })}\n${many.map((one) => JSON.stringify(one)).join("\n")}`,
      });
      assert.ok(text.length <= limit, `${text.length}`);
      assert.match(text, /- ⚠️ \*\*delete\*\*/);
      assert.match(withoutCode(text), /Left out, because GitHub limits comments: \d+ messages\. /);
    }
  });

  it("escapes every value, whatever it contains", () => {
    const piece = fc.constantFrom(...'`<>@\n~*_[](|#-! \\&ax"{:', "\n```\n", "\n\n</details>\n");
    const text = fc.string({ unit: piece, maxLength: 30 });
    fc.assert(
      fc.property(text, text, text, text, (name, key, before, after) => {
        const made = events({ name, old: { [key]: before }, new: { [key]: `${after}.` } });
        const error = { diagnosticEvent: { severity: "error", message: before } };
        const policy = {
          policyEvent: {
            resourceUrn: `::::::${name}`,
            message: after,
            policyName: key,
            policyPackName: name,
            enforcementLevel: key,
          },
        };
        const all = [error, policy].map((event) => JSON.stringify(event)).join("\n");
        const rest = withoutCode(renderPreview({ stack: name, events: `${made}\n${all}` }));
        assert.doesNotMatch(rest, /[@`~[\]{]/, rest);
        assert.deepEqual(
          [...new Set(rest.match(/<[^>]*>?/g))].filter(
            (tag) => !/^<\/?(?:b|details(?: open)?|summary)>$/.test(tag),
          ),
          [],
        );
        assert.equal(
          rest.match(/<details(?: open)?>/g)?.length,
          rest.match(/<\/details>/g)?.length,
        );
      }),
      { numRuns: 500 },
    );
  });
});

/** The Markdown and HTML of a comment without its code blocks, code spans and code elements, found as CommonMark finds them. */
function withoutCode(text: string): string {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of text.split("\n")) {
    const [, run = ""] = /^(`{3,})(?:[a-z]+)?$/.exec(line) ?? [];
    if (fence === undefined && run !== "") fence = run;
    else if (fence !== undefined && /^`+$/.test(line) && line.length >= fence.length)
      fence = undefined;
    else if (fence === undefined) lines.push(line);
  }
  assert.equal(fence, undefined, "a code block does not end");
  return lines
    .join("\n")
    .replace(/<code>[^<>]*<\/code>/g, "")
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
}
