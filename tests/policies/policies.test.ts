import assert from "node:assert/strict";
import { everything } from "../config/stacks";
import { type Recorded, runStack } from "../harness";
import { rules } from "./rules";

describe("the policies of a stack with every part on", () => {
  let resources: readonly Recorded[];

  before(async () => {
    ({ resources } = await runStack(everything, {}, "everything"));
  });

  for (const { title, about, broken } of rules) {
    it(title, () => {
      const found = resources.filter(about);
      assert.ok(found.length > 0, "the stack has no such resource");
      const problems = found.flatMap((resource) => {
        const problem = broken(resource, resources);
        return problem === undefined ? [] : [`${resource.type} ${resource.name}: ${problem}`];
      });
      assert.deepEqual(problems, []);
    });
  }

  it("find what they are for: each rule fails for a resource without inputs", () => {
    for (const { title, about, broken } of rules) {
      const [example] = resources.filter(about);
      assert.ok(example, title);
      const inputs = { defaultActions: [], networkConfiguration: {}, parameters: [] };
      const open = { ingress: [{}], cidrIpv4: "0.0.0.0/0", policy: '{"Statement":[{}]}' };
      const bare = { ...example, inputs: { ...inputs, ...open } };
      assert.notEqual(broken(bare, [bare]), undefined, title);
    }
  });
});
