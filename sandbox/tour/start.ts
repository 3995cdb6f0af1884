/**
 * `npm start`: Slipway from nothing to a service that deploys itself, on this machine, each step told as it happens.
 * It ends with the promise that everything rests on: CI owns the image, Pulumi the rest, and neither undoes the other.
 */

import { stopOnSignals } from "../base/processes";
import { seconds } from "../base/progress";
import type { Running } from "../running";
import { bold, chapter, currentChapter, StepFailed, say } from "./narration";
import * as tour from "./tour";

async function main(): Promise<void> {
  const began = Date.now();
  say(
    "Slipway: from a repository with a Dockerfile to a service on AWS Fargate that deploys itself,",
  );
  say(
    "with one `pulumi up`. This tour does all of it on your machine. The Pulumi engine is real; AWS",
  );
  say("and GitHub are emulated: no account, no Docker, no cost.");

  chapter("The sandbox", "A Pulumi engine, an AWS and a GitHub of your own, all in .sandbox/.");
  const scene = await tour.begin();

  chapter("The team's repository", "An app with a Dockerfile, and nothing else. No pipeline yet.");
  await tour.showRepositories(scene);

  chapter(
    "What one update will make",
    "Pulumi.dev.yaml says what the team wants; the preview says what Pulumi would do. Network,",
    "load balancer, service, deploy role, GitHub's settings and the workflow are one program.",
  );
  await tour.preview(scene);

  chapter(
    "The update",
    "There is no image yet, so the service starts with a placeholder that answers the health check.",
  );
  await tour.update(scene);
  await tour.showRunning(scene);

  chapter(
    "What GitHub got",
    "The same update committed the workflow and set what it reads. AWS_ROLE_TO_ASSUME_API holds a role",
    "that only this repository's workflow may take, for a few minutes: there is no AWS key anywhere.",
  );
  await tour.showGitHub(scene);

  chapter(
    "The first release",
    "Someone changes the app and pushes. GitHub would run the workflow; here act does, against the",
    "emulated AWS, and each call is held against the deploy role's policies.",
  );
  const { sha } = await tour.releaseFirst(scene);

  chapter(
    "What runs now",
    "The workflow registered a new revision that differs in the image alone, and moved the pointer:",
    "the one place that says what was last released.",
  );
  const released = await tour.showRunning(scene, sha);

  chapter(
    "A preview after the release",
    "CI changed what Pulumi made. Pulumi looks (a `refresh` with a diff is what it finds), takes it as",
    "it is, and plans nothing.",
  );
  await tour.previewNothing(scene);

  chapter(
    "An edit of the infrastructure",
    "Now the other way round: more memory. One revision changes, and it carries CI's image.",
  );
  const configFile = await tour.doubleMemory(scene);
  await tour.previewEdit(scene, configFile);
  await tour.update(scene, { configFile });

  chapter("The proof", "New memory, and still the image that CI released.");
  const edited = await tour.showRunning(scene, sha);
  prove(released, edited);
  await tour.previewNothing(scene, { configFile });

  scene.sandbox.keep();
  conclude(edited, began);
}

function prove(released: Running, edited: Running): void {
  const kept = edited.image === released.image && edited.memory !== released.memory;
  if (kept && edited.taskDefinition !== released.taskDefinition) return;
  throw new StepFailed("the edit did not arrive, or it changed the image", "Please report this.");
}

function conclude(running: Running, began: number): void {
  say();
  say(bold("That was it"));
  say("- One update made the infrastructure, the trust between GitHub and AWS, and the workflow.");
  say(`- A push deployed ${running.image.split("/").at(-1)}.`);
  say("- A preview after it showed nothing; an edit of the memory kept the image.");
  say();
  say("The sandbox runs on. Try next:");
  say("  npm run sandbox -- status            what there is, in AWS and on GitHub");
  say("  npm run sandbox -- release           push another change and watch it deploy");
  say(
    "  npm run sandbox -- preview           Pulumi.dev.yaml has the old memory: it shows the way back",
  );
  say("  npm run sandbox -- up --stack prod   three zones, HTTPS, autoscaling");
  say('  eval "$(npm run -s sandbox -- env)"  then plain pulumi and aws work in this shell');
  say("  npm run sandbox -- down              end it");
  say("With an AWS account: README.md, 'The first real deployment'.");
  say();
  say(`Done in ${seconds(began)}.`);
}

function fail(error: unknown): never {
  say();
  say(bold(`Stopped in ${currentChapter() || "the beginning"}`));
  say(error instanceof Error ? error.message : String(error));
  const remedy = error instanceof StepFailed ? error.remedy : "Mend it and run `npm start` again.";
  say(`What to do: ${remedy}`);
  process.exit(1);
}

stopOnSignals();
main().then(() => process.exit(0), fail);
