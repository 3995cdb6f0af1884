import assert from "node:assert/strict";
import { everything, inPipeline } from "../config/stacks";
import { type Recorded, runStack } from "../harness";
import { rules } from "./rules";

describe("the policies of a stack with every part on, released from GitHub or by CodePipeline", () => {
  const stacks: (readonly Recorded[])[] = [];

  before(async () => {
    for (const config of [everything, inPipeline]) {
      stacks.push((await runStack(config, {}, "everything")).resources);
    }
  });

  for (const { title, about, broken } of rules) {
    it(title, () => {
      const found = stacks.flatMap((all) =>
        all.filter(about).map((resource) => ({ resource, all })),
      );
      assert.ok(found.length > 0, "the stack has no such resource");
      const problems = found.flatMap(({ resource, all }) => {
        const problem = broken(resource, all);
        return problem === undefined ? [] : [`${resource.type} ${resource.name}: ${problem}`];
      });
      assert.deepEqual(problems, []);
    });
  }

  it("find violations: each rule fails for a resource without inputs", () => {
    for (const { title, about, broken } of rules) {
      const [example] = stacks.flat().filter(about);
      assert.ok(example, title);
      const inputs = { defaultActions: [], networkConfiguration: {}, parameters: [] };
      const open = { ingress: [{}], cidrIpv4: "0.0.0.0/0", policy: '{"Statement":[{}]}' };
      const bare = { ...example, inputs: { ...inputs, ...open } };
      assert.notEqual(broken(bare, [bare]), undefined, title);
    }
  });
});
