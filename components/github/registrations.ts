import * as pulumi from "@pulumi/pulumi";

const pending = new Set<pulumi.Resource>();
let lastAnswerAt = 0;

/** These may depend on the refused resource, so their registrations might never end. */
const ofGitHub = /^(github|slipway:github):/;

/**
 * Starts to track the resources that the program registers. At its first error, the engine ends a preview and closes the plugins.
 * Each call that is still running then adds an error to the output (`grpc: the client connection is closing`).
 */
export function trackRegistrations(): void {
  // A program that stopped earlier in this process left registrations without an answer.
  pending.clear();
  // With Pulumi's mocks, there is no stack resource.
  if (!pulumi.runtime.getStackResource()) {
    return;
  }
  pulumi.runtime.registerStackTransformation(({ resource, type }) => {
    if (!ofGitHub.test(type)) {
      track(resource);
    }
    return undefined;
  });
}

function track(resource: pulumi.Resource): void {
  pending.add(resource);
  // The transformation runs before the SDK gives the resource its URN.
  queueMicrotask(() => {
    resource.urn.apply(() => {
      pending.delete(resource);
      lastAnswerAt = Date.now();
    });
  });
}

/**
 * Resolves once the engine has answered all tracked registrations. A registration that depends on the refused resource gets no
 * answer, so this also resolves when no answer has come for `quiet` seconds.
 */
export async function waitForRegistrations(quiet = 15): Promise<void> {
  lastAnswerAt = Date.now();
  while (pending.size > 0 && Date.now() - lastAnswerAt < quiet * 1000) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
