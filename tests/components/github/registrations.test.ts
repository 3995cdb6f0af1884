import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { trackRegistrations, waitForRegistrations } from "../../../components/github/registrations";
import { run } from "../../harness";

class Thing extends pulumi.CustomResource {
  constructor(type: string, name: string, value: pulumi.Input<string>) {
    super(type, name, { value });
  }
}

/** The names of the things that were registered when `waitForRegistrations` resolved. The stuck one gets its answer after that. */
async function answers(
  make: (stuck: Promise<string>) => readonly Thing[],
  quiet?: number,
): Promise<string[]> {
  const answered: string[] = [];
  let seen: string[] = [];
  const program = async () => {
    trackRegistrations();
    let free: (value: string) => void = () => {};
    const stuck = new Promise<string>((resolve) => {
      free = resolve;
    });
    for (const { urn } of make(stuck)) {
      urn.apply((text) => answered.push(text.split("::").at(-1) ?? ""));
    }
    await waitForRegistrations(quiet);
    seen = [...answered];
    free("");
  };
  await run(() => pulumi.runtime.runInPulumiStack(program));
  return seen;
}

describe("waitForRegistrations", () => {
  it("waits for what the program registers, and for what this leads to", async () => {
    const late = new Promise<string>((resolve) => setTimeout(resolve, 200, "late"));
    const seen = await answers(() => {
      const first = new Thing("test:index:Thing", "first", late);
      return [first, new Thing("test:index:Thing", "second", first.urn)];
    });
    assert.deepEqual(seen, ["first", "second"]);
  });

  it("does not wait for GitHub's objects, which may wait for the refused one", async () => {
    const began = Date.now();
    const seen = await answers((stuck) => [
      new Thing("test:index:Thing", "first", ""),
      new Thing("github:index/thing:Thing", "second", stuck),
    ]);
    assert.deepEqual(seen, ["first"]);
    assert.ok(Date.now() - began < 5000, `took ${Date.now() - began} ms`);
  });

  it("ends if no answer comes for a while", async () => {
    const seen = await answers((stuck) => [new Thing("test:index:Thing", "stuck", stuck)], 0.2);
    assert.deepEqual(seen, []);
  });

  it("does not wait for a program of the same process that was stopped", async () => {
    const never = new Promise<string>(() => {});
    const program = async () => {
      trackRegistrations();
      new Thing("test:index:Thing", "lost", never);
    };
    void run(() => pulumi.runtime.runInPulumiStack(program));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = Date.now();
    const seen = await answers(() => [new Thing("test:index:Thing", "first", "")]);
    assert.deepEqual(seen, ["first"]);
    assert.ok(Date.now() - began < 5000, `took ${Date.now() - began} ms`);
  });
});
