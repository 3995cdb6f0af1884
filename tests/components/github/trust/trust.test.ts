import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attacks, runs, type TriggerName, triggers } from "./attacks";
import { claims, type Mode, modes, policyOf, refusing, templates, trusts } from "./tokens";

const page = join(__dirname, "../../../../docs/security.md");
const head =
  "| trigger | attack | refused by, with an environment | without |\n| --- | --- | --- | --- |\n";

describe("the deploy role", () => {
  for (const mode of modes) {
    describe(`with settings: ${mode.settings}, and ${mode.subject} subjects`, () => {
      for (const [trigger, title, token] of runs) {
        it(`trusts, for ${trigger}, ${title}`, async () => {
          assert.equal(await trusts(policyOf(triggers[trigger], mode), claims(token, mode)), true);
        });
      }
      for (const [trigger, title, token] of attacks) {
        it(`does not trust, for ${trigger}, ${title}`, async () => {
          assert.equal(await trusts(policyOf(triggers[trigger], mode), claims(token, mode)), false);
        });
      }

      it("does not trust the other setting's job", async () => {
        const job = mode.settings === "environment" ? null : "dev";
        for (const [trigger, title, token] of runs) {
          const policy = policyOf(triggers[trigger], mode);
          assert.equal(await trusts(policy, claims({ ...token, job }, mode)), false, title);
        }
      });
    });
  }

  for (const template of templates) {
    for (const one of modes) {
      const mode = { ...one, template };
      const title = `${template.join(", ")}, settings: ${mode.settings}, and ${mode.subject} subjects`;
      it(`trusts the same runs, and no attack, with the template ${title}`, async () => {
        for (const [trigger, name, token] of runs) {
          const trusted = await trusts(policyOf(triggers[trigger], mode), claims(token, mode));
          assert.equal(trusted, true, name);
          const standard = claims(token, { ...mode, template: undefined });
          assert.equal(await trusts(policyOf(triggers[trigger], mode), standard), false, name);
        }
        for (const [trigger, name, token] of attacks) {
          const trusted = await trusts(policyOf(triggers[trigger], mode), claims(token, mode));
          assert.equal(trusted, false, name);
        }
      });
    }
  }

  it("is attacked in at least sixty ways, each once", () => {
    const titles = attacks.map(([trigger, title]) => `${trigger}: ${title}`);
    assert.ok(titles.length >= 60, `only ${titles.length} attacks`);
    assert.equal(new Set(titles).size, titles.length);
    const tokens = attacks.map(([trigger, , token]) => JSON.stringify([trigger, token]));
    assert.equal(new Set(tokens).size, tokens.length);
    assert.deepEqual(new Set(attacks.map(([trigger]) => trigger)), new Set(Object.keys(triggers)));
  });

  it("trusts, with every trigger at once, each of their runs, and stays below IAM's limit", async () => {
    for (const mode of modes) {
      const policy = policyOf(Object.values(triggers), mode);
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
      assert.ok(policy.length <= 2048, `${policy.length}`);
      for (const [, title, token] of runs) {
        assert.equal(await trusts(policy, claims(token, mode)), true, title);
      }
    }
  });

  it("is described in docs/security.md: else UPDATE_SNAPSHOTS=1", async () => {
    const written = readFileSync(page, "utf8");
    const [before = "", rest = ""] = written.split(head);
    const after = rest.replace(/^(?:\|.*\n)*/, "");
    const rows = await Promise.all(attacks.map((attack) => row(...attack)));
    const expected = `${before}${head}${rows.join("")}${after}`;
    if (process.env.UPDATE_SNAPSHOTS === "1" && !process.env.CI) writeFileSync(page, expected);
    assert.equal(written.includes(head), true);
    assert.equal(readFileSync(page, "utf8"), expected);
  });
});

async function row(trigger: TriggerName, title: string, token: (typeof attacks)[number][2]) {
  const cell = async (settings: Mode["settings"]) => {
    const mode = { settings, subject: "classic" } as const;
    return (await refusing(policyOf(triggers[trigger], mode), claims(token, mode)))
      .map((claim) => `\`${claim}\``)
      .join(", ");
  };
  return `| ${trigger} | ${title} | ${await cell("environment")} | ${await cell("repository")} |\n`;
}
