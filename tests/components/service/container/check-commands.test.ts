import assert from "node:assert/strict";
import { checkService } from "../../../../components/service/check";
import { withoutEmpty } from "../../../../sandbox/github/actions/aws-actions/task-definition";

describe("checkService, for values that the deploy action drops", () => {
  const sidecar = { name: "proxy", image: "envoy" };
  const paths = (settings: object) =>
    checkService({ port: 80, ...settings }, "it").map(({ path }) => path);

  for (const [settings, expected] of [
    [{ command: ["app", "--name", ""] }, ["it.command[2]"]],
    [{ command: [] }, ["it.command"]],
    [{ command: ["app", " ", "0"] }, []],
    [{ environment: { EMPTY: "" } }, []],
    [
      { sidecars: [{ ...sidecar, command: ["", "x", ""], entryPoint: [""] }] },
      ["it.sidecars[0].command[0]", "it.sidecars[0].command[2]", "it.sidecars[0].entryPoint[0]"],
    ],
    [
      {
        sidecars: [
          sidecar,
          { ...sidecar, name: "b", healthCheck: { command: ["CMD", ""] }, dependsOn: [] },
        ],
      },
      ["it.sidecars[1].healthCheck.command[1]", "it.sidecars[1].dependsOn"],
    ],
  ] as const) {
    it(`${expected.length > 0 ? "refuses" : "accepts"} ${JSON.stringify(settings)}`, async () => {
      assert.deepEqual(paths(settings), expected);
    });
  }

  it("agrees with the sandbox's copy of the action: it does not change what is accepted", async () => {
    const kept = { command: ["app", " ", "0"], environment: [{ name: "EMPTY", value: "" }] };
    assert.deepEqual(withoutEmpty({ containerDefinitions: [kept] }), {
      containerDefinitions: [kept],
    });
    const dropped = { name: "api", command: ["app", "--name", ""] };
    assert.deepEqual(withoutEmpty({ containerDefinitions: [dropped] }), {
      containerDefinitions: [{ name: "api", command: ["app", "--name"] }],
    });
  });
});
