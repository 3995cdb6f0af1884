import assert from "node:assert/strict";
import { control } from "../control";
import type { TestStack } from "./harness";

/** One moment of a listener rule, as `sandbox/emulator/traffic.py` records it. */
export interface Sample {
  readonly rule: string;
  readonly what: string;
  readonly weights: Readonly<Record<string, number>>;
  /** Healthy tasks in groups that get requests. */
  readonly receiving: number;
}

/** Orders to the emulator, in addition to AWS's own calls: `sandbox/emulator/control.py`. */
export class Emulator {
  constructor(private readonly stack: TestStack) {}

  /** Runs deployments of all services to their end at once, or step by step. */
  pace(pace: "instant" | "manual", until?: string): Promise<unknown> {
    return this.control("POST", "pace", { pace, ...(until && { until }) });
  }

  /** Continues a running deployment up to a stage or to its end. */
  advance(service: string, until?: string): Promise<unknown> {
    return this.control("POST", "advance", { service, ...(until && { until }) });
  }

  /** Sets the behaviour of tasks whose image's name contains the string. */
  image(
    image: string,
    behaviour:
      | "healthy"
      | "exits"
      | "unhealthy"
      | "pull-fails"
      | "wrong"
      | "crashes"
      | "task-fails",
    more: { readonly reason?: string; readonly exitCode?: number } = {},
  ) {
    return this.control("POST", "image", { image, behaviour, ...more });
  }

  /** Sets whether ECS exchanges target group and alternate after a deployment. */
  swap(swap: boolean): Promise<unknown> {
    return this.control("POST", "swap", { swap });
  }

  forget(): Promise<unknown> {
    return this.control("POST", "forget");
  }

  /** Restarts the traffic record. */
  resetTraffic(): Promise<unknown> {
    return this.control("DELETE", "traffic");
  }

  async traffic(rule: string): Promise<Sample[]> {
    const samples = await this.control<Sample[]>("GET", "traffic", { rule });
    assert.ok(samples.length > 0, `no sample of ${rule}`);
    return samples;
  }

  /** The fewest healthy tasks that received a rule's traffic at any moment since the reset. */
  async leastReceiving(rule: string): Promise<number> {
    return Math.min(...(await this.traffic(rule)).map(({ receiving }) => receiving));
  }

  private async control<T>(
    method: "DELETE" | "GET" | "POST",
    path: string,
    input: Record<string, unknown> = {},
  ): Promise<T> {
    const { sandbox, name, region } = this.stack;
    const { account } = await sandbox.credentials(name);
    return control(sandbox.endpoint, method, path, { account, region, ...input });
  }
}
