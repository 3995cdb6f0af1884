import {
  type Arg,
  DockerfileParser,
  type Env,
  type Healthcheck,
  type Instruction,
} from "dockerfile-ast";
import { secondsOf } from "./duration";

/** What a Dockerfile says about the image's service. */
export interface DockerfileFacts {
  /** The TCP ports of EXPOSE. */
  readonly ports: readonly number[];
  /** EXPOSE without a number: UDP, a variable without a value. */
  readonly otherPorts: readonly string[];
  readonly healthCheck?: ImageHealthCheck;
  /** Whether the wanted stage exists. */
  readonly hasTarget: boolean;
}

/** A HEALTHCHECK that requests a URL. */
export interface ImageHealthCheck {
  readonly path: string;
  readonly port?: number;
  /** Seconds. */
  readonly timeout?: number;
  readonly retries?: number;
  /** Seconds. */
  readonly startPeriod?: number;
}

/**
 * Reads EXPOSE and HEALTHCHECK of the stage that becomes the image, and of the stages that it starts from.
 * https://docs.docker.com/reference/dockerfile/
 *
 * @param target the stage @default the last one
 */
export function readDockerfile(text: string, target?: string): DockerfileFacts {
  const file = DockerfileParser.parse(text);
  const variables = new Map<string, string>();
  const global = new Map(file.getInitialARGs().flatMap((arg) => entriesOf(arg)));
  const words: string[] = [];
  let healthCheck: ImageHealthCheck | undefined;
  const stage = stageOf(file.getInstructions(), target);
  for (const instruction of stage ?? []) {
    const expand = (word: string) => expandWord(word, variables);
    switch (instruction.getKeyword()) {
      case "ARG":
        for (const [name, value = global.get(name)] of entriesOf(instruction as Arg)) {
          // A variable of ENV hides an argument with its name.
          if (value !== undefined && !variables.has(name)) variables.set(name, expand(value));
        }
        break;
      case "ENV":
        for (const [name, value = ""] of entriesOf(instruction as Env)) {
          variables.set(name, expand(value));
        }
        break;
      case "EXPOSE":
        words.push(...instruction.getArguments().map((word) => expand(word.getValue())));
        break;
      case "HEALTHCHECK":
        // The last one counts.
        healthCheck = readHealthCheck(instruction as Healthcheck, expand);
    }
  }
  const ports = [...new Set(words.flatMap((word) => portOf(word) ?? []))];
  const otherPorts = words.filter((word) => portOf(word) === undefined);
  return { ports, otherPorts, ...(healthCheck && { healthCheck }), hasTarget: stage !== undefined };
}

function entriesOf(instruction: Arg | Env): [name: string, value: string | undefined][] {
  return instruction
    .getProperties()
    .map((property) => [property.getName(), property.getValue() ?? undefined]);
}

/** The instructions of a stage, after those of the stage that it starts from. */
function stageOf(all: readonly Instruction[], target?: string): readonly Instruction[] | undefined {
  const names: string[] = [];
  const stages: Instruction[][] = [];
  for (const instruction of all) {
    if (instruction.getKeyword() === "FROM") {
      const words = instruction.getArguments().map((word) => word.getValue().toLowerCase());
      // A stage without a name has its number.
      const [base = "", , name = String(names.length)] = words;
      stages.push([...(stages[names.lastIndexOf(base)] ?? [])]);
      names.push(name);
    }
    stages.at(-1)?.push(instruction);
  }
  if (target === undefined) return stages.at(-1);
  return stages[names.lastIndexOf(target.toLowerCase())] ?? stages[Number(target)];
}

/** `8080`, `8080/tcp`. A range does not name one port. */
function portOf(word: string): number | undefined {
  const port = /^(\d{1,5})(?:\/tcp)?$/i.exec(word)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** `$PORT`, `${PORT}`, `${PORT:-8080}`. What has no value stays as it is. */
function expandWord(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g,
    (whole, plain?: string, braced?: string, otherwise?: string) =>
      variables.get(plain ?? braced ?? "") || otherwise || whole,
  );
}

/** The address of the container itself, with or without a scheme. */
const ownUrl =
  /(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::(\d{1,5}))?(\/[^\s"'`|;&)\\]*)?(?![:\w])/;

function readHealthCheck(
  instruction: Healthcheck,
  expand: (word: string) => string,
): ImageHealthCheck | undefined {
  const command = expand(instruction.getArgumentsContent() ?? "");
  const url = command.startsWith("NONE") ? null : ownUrl.exec(command);
  if (!url) return undefined;
  const [, port, path = "/"] = url;
  const flags = new Map(instruction.getFlags().map((flag) => [flag.getName(), flag.getValue()]));
  const timeout = secondsOf(flags.get("timeout") ?? "");
  const startPeriod = secondsOf(flags.get("start-period") ?? "");
  const retries = Number(flags.get("retries"));
  return {
    path: path.split("?")[0] || "/",
    ...(port && { port: Number(port) }),
    ...(timeout && { timeout }),
    ...(startPeriod && { startPeriod }),
    ...(retries > 0 && { retries }),
  };
}
