/** A service's life as a sequence of steps, and a model of the expected state after each step. */
import assert from "node:assert/strict";
import { ECS } from "@aws-sdk/client-ecs";
import fc from "fast-check";
import {
  Cluster,
  FargateService,
  ImageRepository,
  LoadBalancer,
  Network,
} from "../../components/index";
import { containerImage } from "../../components/shared/image";
import { existingNetwork } from "../components/infrastructure";
import { control } from "../control";
import { type Aws, account, region } from "./aws";
import { Ci, type Moment } from "./ci";
import { Engine } from "./engine";

/** The settings that a user edits in the stack file. */
export interface Settings {
  readonly memory: 512 | 1024 | 2048;
  readonly level: "info" | "debug";
  readonly sidecar: boolean;
}

type Fault = "exits" | "pull-fails";

export type Step =
  | { readonly type: "nothing" }
  /** An edit of the stack file, without an update. */
  | { readonly type: "edit"; readonly change: Partial<Settings> }
  | { readonly type: "update" }
  | { readonly type: "release" }
  | { readonly type: "failed release"; readonly fault: Fault; readonly told: boolean }
  /** A manual run of the workflow, with the tag of an earlier release. */
  | { readonly type: "rollback"; readonly back: number }
  | { readonly type: "update during a release"; readonly at: Moment; readonly fault?: Fault };

const change: fc.Arbitrary<Partial<Settings>> = fc.oneof(
  fc.record({ memory: fc.constantFrom<Settings["memory"]>(512, 1024, 2048) }),
  fc.record({ level: fc.constantFrom<Settings["level"]>("info", "debug") }),
  fc.record({ sidecar: fc.boolean() }),
);
const fault = fc.constantFrom<Fault>("exits", "pull-fails");
const step: fc.Arbitrary<Step> = fc.oneof(
  // The first option, so that a counterexample shrinks to it.
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant<Step>({ type: "nothing" }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("update" as const) }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("release" as const) }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("edit" as const), change }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("failed release" as const),
      fault,
      told: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("rollback" as const),
      back: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        type: fc.constant("update during a release" as const),
        at: fc.constantFrom<Moment>("started", "registered", "deploying", "verified", "moved"),
        fault,
      },
      { requiredKeys: ["type", "at"] },
    ),
  },
);

export const life = (length: number) => fc.array(step, { minLength: length, maxLength: length });

const initial: Settings = { memory: 512, level: "info", sidecar: false };
let lives = 0;

export class Life {
  private readonly stack = `life-${++lives}`;
  private readonly ecs = new ECS({ region });
  private readonly engine = new Engine(this.stack, () => this.program());
  private readonly images: string[] = [];
  private ci: Ci | undefined;
  private count = 0;
  private repositoryUrl = "";

  // The model.
  private wanted = initial;
  private applied = initial;
  private released: string | undefined;
  /** Is the family's newest revision one that did not run? Then the next update registers another one. */
  private spoiled = false;

  constructor(private readonly aws: Aws) {}

  async begin(): Promise<void> {
    await this.engine.up();
    this.ci = new Ci(this.aws, {
      service: String(this.engine.output("aws:ecs/service:Service", "name")),
      family: `slipway-${this.stack}-api`,
      path: `/slipway/slipway/${this.stack}/api`,
    });
    await this.check();
  }

  async take(step: Step): Promise<void> {
    switch (step.type) {
      case "nothing":
        return;
      case "edit":
        this.wanted = { ...this.wanted, ...step.change };
        break;
      case "update":
        await this.update();
        break;
      case "release":
        await this.release(await this.newImage());
        break;
      case "failed release":
        await this.failedRelease(step.fault, step.told);
        break;
      case "rollback":
        await this.rollBack(step.back);
        break;
      case "update during a release":
        await this.updateDuringRelease(step.at, step.fault);
        break;
    }
    await this.check();
  }

  private program(): void {
    const { memory, level, sidecar } = this.wanted;
    const network = new Network("dev", existingNetwork);
    const imageRepository = new ImageRepository("api");
    imageRepository.repositoryUrl.apply((url) => {
      this.repositoryUrl = url;
    });
    new FargateService("api", {
      network,
      cluster: new Cluster("dev"),
      loadBalancer: new LoadBalancer("dev", { network }),
      imageRepository,
      port: 8000,
      memory,
      environment: { LEVEL: level },
      sidecars: sidecar ? [{ name: "agent", image: "public.ecr.aws/octo/agent:1" }] : [],
      // The test does not need traffic, and so no load balancer.
      transform: {
        service: ({ loadBalancers: _, healthCheckGracePeriodSeconds: __, ...rest }) => ({
          ...rest,
          networkConfiguration: { subnets: [this.aws.subnet] },
        }),
      },
    });
  }

  private async update(): Promise<void> {
    await this.engine.up();
    this.applied = this.wanted;
    this.spoiled = false;
  }

  private async release(image: string): Promise<void> {
    assert.equal(await this.workflow.release({ image }), undefined);
    this.verified(image);
  }

  private async failedRelease(fault: Fault, told: boolean): Promise<void> {
    const image = await this.badImage(fault);
    const failure = await this.workflow.release({ image, tellsRollback: told });
    assert.match(String(failure), /rolled back/);
    this.spoiled = true;
  }

  private async rollBack(back: number): Promise<void> {
    const image = this.images.at(-1 - (back % Math.max(this.images.length, 1)));
    if (image) {
      await this.release(image);
    }
  }

  /** The update starts at this moment of the release, waits for its end, and uses its result. */
  private async updateDuringRelease(at: Moment, fault?: Fault): Promise<void> {
    const image = fault ? await this.badImage(fault) : await this.newImage();
    let update: Promise<unknown> | undefined;
    const between = async (moment: Moment) => {
      if (moment !== at) {
        return;
      }
      let over = false;
      update = this.engine.up().finally(() => {
        over = true;
      });
      // Wait until the program reads the record; the update must not end while the release is running.
      await new Promise((resolve) => setTimeout(resolve, 150));
      assert.equal(over, false, "the update did not wait for the release");
    };
    const failure = await this.workflow.release({ image, between });
    assert.equal(failure === undefined, fault === undefined, failure);
    if (!update) {
      // The release failed before that moment.
      this.spoiled = true;
      return;
    }
    await update;
    // An update that refreshed before the bad revision, and had nothing to change, has not replaced it.
    this.spoiled = fault !== undefined && at === "started" && !this.isPending();
    this.applied = this.wanted;
    if (!fault) {
      this.verified(image);
    }
  }

  private verified(image: string): void {
    this.images.push(image);
    this.released = image;
    this.spoiled = false;
  }

  private newImage(): Promise<string> {
    return this.workflow.push(`${this.repositoryUrl}:${this.stack}-good-${++this.count}`);
  }

  private async badImage(behaviour: Fault): Promise<string> {
    const image = `${this.repositoryUrl}:${this.stack}-bad-${++this.count}-`;
    const order = { account, region, image, behaviour };
    await control(this.aws.endpoint, "POST", "image", order);
    return this.workflow.push(image);
  }

  private get workflow(): Ci {
    assert.ok(this.ci, "there is no CI yet");
    return this.ci;
  }

  /** Running image = last verified release, running configuration = last applied one, and the preview as documented. */
  private async check(): Promise<void> {
    const [service] = await this.workflow.services();
    const { taskDefinition } = await this.ecs.describeTaskDefinition({
      taskDefinition: service?.taskDefinition,
    });
    const [main, agent] = taskDefinition?.containerDefinitions ?? [];
    if (this.released) {
      assert.equal(main?.image, containerImage(this.released).image, "the running image");
      const running = {
        memory: Number(taskDefinition?.memory),
        level: main?.environment?.find(({ name }) => name === "LEVEL")?.value,
        sidecar: agent !== undefined,
      };
      assert.deepEqual(running, this.applied, "the running configuration");
    } else {
      assert.match(String(main?.image), /nginx/, "the placeholder");
    }
    assert.deepEqual(await this.engine.preview(), this.expectedPreview(), "the next preview");
  }

  private expectedPreview(): string[] {
    const replaced = this.isPending() ? ["replace TaskDefinition api"] : [];
    return this.released && this.isPending() ? [...replaced, "update Service api"] : replaced;
  }

  private isPending(): boolean {
    return this.spoiled || !same(this.wanted, this.applied);
  }
}

function same(a: Settings, b: Settings): boolean {
  return a.memory === b.memory && a.level === b.level && a.sidecar === b.sidecar;
}
