/**
 * `npm start`: shows Slipway on this machine step by step, from nothing to a service that deploys on every push.
 * At the end it checks the main promise: CI owns the image, Pulumi owns the rest, and neither reverts the other's changes.
 */

import { stopOnSignals } from "../base/processes";
import { seconds } from "../base/progress";
import type { Running } from "../running";
import { shortImage } from "../status";
import { bold, currentHeading, StepFailed, writeHeading, writeLine, writeText } from "./output";
import * as tour from "./tour";

async function main(): Promise<void> {
  const began = Date.now();
  writeText(
    "Slipway turns a repository with a Dockerfile into a service on AWS Fargate that deploys on every " +
      "push, with one `pulumi up`. This tour shows all of it on your machine. The Pulumi engine is " +
      "real; AWS and GitHub are emulated: no account, no Docker, no cost.",
  );
  await tour.announceRestart();

  writeHeading("The sandbox", "A Pulumi engine, a local AWS and a local GitHub, all in .sandbox/.");
  const scene = await tour.begin();

  writeHeading("The repository", "An app with a Dockerfile, and no pipeline yet.");
  await tour.showRepositories(scene);

  writeHeading(
    "What one update will create",
    "The preview shows what Pulumi would do. One program creates network, load balancer, service, deploy " +
      `role, GitHub's settings and the workflow. The settings are in ${scene.shownFile}, the tour's own ` +
      "copy of Pulumi.dev.yaml: you can edit Pulumi.dev.yaml and still take the tour.",
  );
  await tour.preview(scene);

  writeHeading(
    "The update",
    "There is no image yet, so the service starts with a placeholder that answers the health check.",
  );
  await tour.update(scene);
  await tour.showRunning(scene);

  writeHeading(
    "What the update created on GitHub",
    "The same update committed the workflow and set its secret. AWS_ROLE_TO_ASSUME_API contains a role " +
      "that only this repository's workflow may assume, for a few minutes: there is no AWS key anywhere.",
  );
  await tour.showGitHub(scene);

  writeHeading(
    "The first release",
    "Someone changes the app and pushes. GitHub would run the workflow; here act runs it, against the " +
      "emulated AWS, and each call is checked against the deploy role's policies.",
  );
  const { sha } = await tour.releaseFirst(scene);

  writeHeading(
    "What runs now",
    "The workflow registered a new revision with another image and no other change, and moved the " +
      "pointer, which records the last released image.",
  );
  const released = await tour.showRunning(scene, sha);

  writeHeading(
    "A preview after the release",
    "CI changed what Pulumi created. Pulumi refreshes (a `refresh` with a diff is a change that it " +
      "found), adopts the change, and plans nothing.",
  );
  await tour.previewNothing(scene);

  writeHeading(
    "An edit of the infrastructure",
    "Someone doubles the memory in a pull request. It gets a comment with what would change, what " +
      "it costs and how long a deployment takes: docs/previews.md. After the merge, the update " +
      "registers one new revision, which has CI's image.",
  );
  const edit = await tour.doubleMemory(scene);
  await tour.previewEdit(edit);
  await tour.update(edit);

  writeHeading("The proof", "The memory is new, and the image is still the one that CI released.");
  const edited = await tour.showRunning(edit, sha);
  prove(released, edited);
  await tour.previewNothing(edit);

  scene.sandbox.keep();
  conclude(edited, began);
}

function prove(released: Running, edited: Running): void {
  const kept = edited.image === released.image && edited.memory !== released.memory;
  if (kept && edited.taskDefinition !== released.taskDefinition) return;
  throw new StepFailed("the edit was not deployed, or it changed the image", "Please report this.");
}

const NEXT = `The sandbox keeps running. Try next:
  npm run sandbox -- release               pushes another change and deploys it
  npm run sandbox -- release --fail exits  a release that fails, and is rolled
                                           back; also: unhealthy, pull-fails,
                                           wrong
  npm run sandbox -- status                what runs, and why a release failed
  npm run sandbox -- logs                  the log of the last release
  npm run sandbox -- release --image-tag TAG
                                           goes back to an older release
  npm run sandbox -- preview               compares with Pulumi.dev.yaml, which
                                           has the memory from before the edit
  npm run sandbox -- up --stack prod       three zones, HTTPS, autoscaling
  eval "$(npm run -s sandbox -- env)"      then plain pulumi and aws work here
  npm run sandbox -- down                  stops and removes the sandbox
With an AWS account: README.md, 'The first real deployment'.`;

function conclude(running: Running, began: number): void {
  writeLine();
  writeLine(bold("Summary"));
  writeText(
    "- One update created the infrastructure, the trust between GitHub and AWS, and the workflow.",
  );
  writeText(`- A push deployed ${shortImage(running.image)}.`);
  writeText("- A preview after it showed no change; an edit of the memory kept the image.");
  writeLine();
  writeLine(NEXT);
  writeLine();
  writeLine(`Done in ${seconds(began)}.`);
}

function fail(error: unknown): never {
  writeLine();
  writeLine(bold(`Stopped in ${currentHeading() || "the beginning"}`));
  writeText(error instanceof Error ? error.message : String(error));
  const remedy =
    error instanceof StepFailed ? error.remedy : "Correct the cause and run `npm start` again.";
  writeText(`What to do: ${remedy}`);
  process.exit(1);
}

stopOnSignals();
main().then(() => process.exit(0), fail);
