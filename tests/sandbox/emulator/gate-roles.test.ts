import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Roles } from "../../../sandbox/github/gate/roles";
import { Emulator } from "./emulator";

describe("the policies of a role at the gate", function () {
  this.timeout(60_000);
  let aws: Emulator;
  before(async function () {
    aws = await Emulator.start(this);
  });

  it("are read at most once a second, with their changes", async () => {
    const role = await aws.makeRole("deploy", "ecs-tasks.amazonaws.com");
    await aws.allow("deploy", "ecs:UpdateService");
    const roles = new Roles(aws.endpoint);
    const allowed = async () =>
      (await roles.policies(role)).policies.map(({ policy }) => JSON.stringify(policy)).join();
    assert.equal(roles.policies(role), roles.policies(role));
    assert.match(await allowed(), /ecs:UpdateService/);
    await aws.allow("deploy", "ecs:DescribeServices");
    await sleep(1000);
    assert.match(await allowed(), /ecs:DescribeServices/);
  });
});
