/** A build's log, also in CloudWatch Logs: the group of the project, or `/aws/codebuild/NAME`. */
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { Credentials } from "../github/gate";
import type { Project } from "./definitions";
import { clientOf, type World } from "./world";

export interface LogOptions {
  readonly world: World;
  readonly project: Project;
  readonly onLine: (line: string) => void;
}

export class BuildLog {
  private readonly lines: string[] = [];
  private readonly hidden: string[] = [];
  private stream = "";

  constructor(private readonly options: LogOptions) {}

  get text(): string {
    return this.lines.join("\n");
  }

  /** Values from Parameter Store and Secrets Manager are masked in logs. */
  hide(value: string): void {
    if (value.length > 3) this.hidden.push(value);
  }

  add(line: string): void {
    const shown = this.hidden.reduce((text, value) => text.replaceAll(value, "***"), line);
    this.lines.push(shown);
    this.options.onLine(shown);
  }

  /** Creates the stream, before the build's first phase, with the build's role. */
  async open(service: Credentials, id: string): Promise<void> {
    if (this.settings?.status === "DISABLED") return;
    const logs = this.client(service);
    const stream = id.split(":")[1] ?? id;
    const prefix = this.settings?.streamName;
    this.stream = prefix ? `${prefix}/${stream}` : stream;
    const place = { logGroupName: this.group, logStreamName: this.stream };
    try {
      await logs.createLogStream(place).catch(async (error: Error) => {
        if (error.name !== "ResourceNotFoundException") throw error;
        await logs.createLogGroup({ logGroupName: this.group });
        await logs.createLogStream(place);
      });
    } catch (error) {
      throw new Error(
        `ACCESS_DENIED Message: Service role ${this.options.project.serviceRole} does not allow AWS CodeBuild to create Amazon CloudWatch Logs log streams for build ${id}. Error message: ${(error as Error).message}`,
      );
    }
  }

  async close(service: Credentials): Promise<void> {
    if (this.stream === "" || this.lines.length === 0) return;
    const timestamp = Date.now();
    await this.client(service).putLogEvents({
      ...{ logGroupName: this.group, logStreamName: this.stream },
      logEvents: this.lines.map((message) => ({ timestamp, message: message || " " })),
    });
  }

  private get settings() {
    return this.options.project.logsConfig?.cloudwatchLogs;
  }

  private get group(): string {
    return this.settings?.groupName ?? `/aws/codebuild/${this.options.project.name}`;
  }

  private client(service: Credentials): CloudWatchLogs {
    return new CloudWatchLogs(clientOf(this.options.world, service));
  }
}
