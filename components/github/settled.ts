import * as pulumi from "@pulumi/pulumi";

const registrations = new Set<pulumi.Resource>();
let settledAt = 0;

/** They may wait for the resource that is refused, and then have no end. */
const ofGitHub = /^(github|slipway:github):/;

/**
 * Notes from now on which resources the program registers. The engine ends a preview at its first error and closes the plugins; each
 * call that is then under way is one more error in its output (`grpc: the client connection is closing`).
 */
export function noteRegistrations(): void {
  // Pulumi's mocks run programs without one.
  if (!pulumi.runtime.getStackResource()) {
    return;
  }
  pulumi.runtime.registerStackTransformation(({ resource, type }) => {
    if (!ofGitHub.test(type)) {
      note(resource);
    }
    return undefined;
  });
}

function note(resource: pulumi.Resource): void {
  registrations.add(resource);
  // The transformation runs before the SDK gives the resource its URN.
  queueMicrotask(() => {
    resource.urn.apply(() => {
      registrations.delete(resource);
      settledAt = Date.now();
    });
  });
}

/**
 * Resolves when the engine has answered all registrations that were noted, and no new one follows. A registration that waits for what
 * is refused gets no answer: then it resolves when no answer has come for so many seconds.
 */
export async function settled(quiet = 15): Promise<void> {
  settledAt = Date.now();
  while (registrations.size > 0 && Date.now() - settledAt < quiet * 1000) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
