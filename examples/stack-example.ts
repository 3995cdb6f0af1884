/** Runs an example that is an application with a stack file, as its team would: an update, a release, a preview. */
import { join } from "node:path";
import { createRepository, listRepositories } from "../sandbox/github";
import { filterOutput } from "../sandbox/output-filter";
import type { Sandbox } from "../sandbox/sandbox";
import { prepare, release, type Service } from "../sandbox/stack";

/** Receives each line that the example prints. */
export type Print = (line: string) => void;

export interface StackExample {
  /** The folder with `app/`, which becomes the repository, and `Pulumi.dev.yaml`. It is also the stack's name in the sandbox. */
  readonly name: string;
  /** What the README does between the first update and the first release. */
  readonly beforeRelease?: (env: NodeJS.ProcessEnv, url: string, print: Print) => Promise<void>;
}

/** `npm run example -- NAME [destroy]`. Returns the exit code. */
export async function runStackExample(
  sandbox: Sandbox,
  example: StackExample,
  [operation = "up"]: readonly string[],
  print: Print,
): Promise<number> {
  const stack = await ExampleStack.open(sandbox, example, print);
  if (operation === "destroy") return stack.pulumi("destroy", "--yes", "--skip-preview");
  if (operation !== "up") throw new Error(`unknown operation ${operation}: up or destroy`);
  const code = await stack.pulumi("up", "--yes", "--skip-preview");
  if (code !== 0) return code;
  const url = await stack.url();
  await example.beforeRelease?.(await stack.env(), url, print);
  if (!(await stack.release())) return 1;
  print(`\n${url}`);
  return stack.pulumi("preview", "--expect-no-changes");
}

class ExampleStack {
  private constructor(
    private readonly sandbox: Sandbox,
    private readonly name: string,
    private readonly service: Service,
    private readonly print: Print,
  ) {}

  static async open(sandbox: Sandbox, { name }: StackExample, print: Print): Promise<ExampleStack> {
    const repository = `octo-org/${name}`;
    const repositories = await listRepositories(sandbox.githubRoot);
    if (!repositories.some(({ fullName }) => fullName === repository)) {
      const seed = join(__dirname, name, "app");
      await createRepository(sandbox.githubRoot, repository, { seed });
    }
    const { services } = await prepare(sandbox, name, { configFile: configFile(name) });
    const [service] = services;
    if (!service) throw new Error(`${configFile(name)} has no service`);
    return new ExampleStack(sandbox, name, service, print);
  }

  private get options() {
    return { configFile: configFile(this.name) };
  }

  env(): Promise<NodeJS.ProcessEnv> {
    return this.sandbox.env(this.name, this.options);
  }

  async pulumi(...args: string[]): Promise<number> {
    this.print(`\n$ pulumi ${args.join(" ")}`);
    const { code } = await this.sandbox.pulumi([...args, "--non-interactive", "--color", "never"], {
      ...{ ...this.options, stack: this.name, onLine: filterOutput(this.print) },
    });
    return code;
  }

  async url(): Promise<string> {
    return String((await this.sandbox.outputs(this.name, this.options))?.url);
  }

  /** Changes the first service, and runs the workflows that this starts. Returns whether they succeeded. */
  async release(): Promise<boolean> {
    const { workflows } = await release(this.sandbox, this.name, this.service, {
      ...{ ...this.options, onLine: (line) => this.print(line) },
      onCommit: ({ message }) => this.print(`\n$ git commit -m "${message}" && git push`),
    });
    for (const { file, ok, failure } of workflows) {
      this.print(`\n${file}: ${ok ? "succeeded" : `failed: ${failure}`}`);
    }
    return workflows.length > 0 && workflows.every(({ ok }) => ok);
  }
}

function configFile(name: string): string {
  return join(__dirname, name, "Pulumi.dev.yaml");
}
