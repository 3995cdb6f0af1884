import assert from "node:assert/strict";
import { checkPromote, findPromotions } from "../../../components/github/promotion";
import { ConfigurationError } from "../../../components/index";
import { run } from "../../harness";

const url = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/api";
const repository = "octo-org/octo-app";

async function promotions(outputs: object | Error, from = "dev") {
  let asked: unknown;
  const calls = {
    "pulumi:pulumi:readStackOutputs": ({ name }: Record<string, unknown>) => {
      asked = name;
      if (outputs instanceof Error) {
        throw Object.assign(outputs, { details: outputs.message });
      }
      return { name, outputs };
    },
  };
  const args = { promote: { from }, repository, services: [{ name: "api" }] };
  let found: unknown;
  let error: unknown;
  await run(
    async () => {
      try {
        found = Object.fromEntries(await findPromotions(args));
      } catch (thrown) {
        error = thrown;
      }
    },
    { calls },
    "prod",
  );
  return { found, asked, problems: error instanceof ConfigurationError ? error.problems : error };
}

describe("findPromotions", () => {
  it("reads the image repository from the other stack's outputs", async () => {
    const outputs = { services: { api: { imageRepository: url, repository } } };
    const { found, asked } = await promotions(outputs);
    assert.deepEqual(found, { api: { from: "dev", imageRepository: url } });
    assert.equal(asked, "organization/slipway/dev");
    const full = await promotions(outputs, "octo/platform/dev");
    assert.equal(full.asked, "octo/platform/dev");
  });

  it("accepts a stack of an earlier version, whose outputs do not name the repository", async () => {
    const { found } = await promotions({ services: { api: { imageRepository: url } } });
    assert.deepEqual(found, { api: { from: "dev", imageRepository: url } });
  });

  for (const [title, outputs, allowed, fix] of [
    [
      "a stack that does not exist",
      new Error('unknown stack "organization/slipway/dev"'),
      'a stack that this backend has: unknown stack "organization/slipway/dev"',
      "correct the name (pulumi stack ls --all), or create that stack first",
    ],
    [
      "a stack whose secrets it cannot decrypt",
      new Error('constructing secrets manager of type "cloud": AccessDeniedException'),
      'a stack whose secrets this run can decrypt: constructing secrets manager of type "cloud": AccessDeniedException',
      "let this run decrypt dev: with awskms, allow kms:Decrypt for its key, in the key policy and for these credentials; " +
        "with a passphrase, use the same one. pulumi stack change-secrets-provider --stack dev changes it",
    ],
    [
      "a stack that was never updated",
      {},
      "a stack with the service api: dev has none",
      "give the service the same name in both stacks, or run pulumi up --stack dev first",
    ],
    [
      "a stack without the service",
      { services: { web: { imageRepository: url } } },
      "a stack with the service api: dev has web",
      "give the service the same name in both stacks, or run pulumi up --stack dev first",
    ],
    [
      "a stack that builds from another repository",
      { services: { api: { imageRepository: url, repository: "octo-org/fork" } } },
      "a stack that builds api from octo-org/octo-app: dev builds it from octo-org/fork",
      "use the same repository in both stacks, or remove promote, so that this stack builds its own images",
    ],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const { problems } = await promotions(outputs);
      assert.deepEqual(problems, [{ path: "github.promote.from", value: "dev", allowed, fix }]);
    });
  }
});

describe("checkPromote", () => {
  for (const from of ["dev", "team-1.dev", "octo/platform/dev"]) {
    it(`accepts ${from}`, () => {
      assert.deepEqual(checkPromote({ from }, "prod", "promote"), []);
    });
  }
  for (const from of ["prod", "", "a/b", "dev stack", "https://x/y/z"]) {
    it(`refuses ${JSON.stringify(from)}`, () => {
      assert.deepEqual(
        checkPromote({ from }, "prod", "promote").map(({ path }) => path),
        ["promote.from"],
      );
    });
  }
});
