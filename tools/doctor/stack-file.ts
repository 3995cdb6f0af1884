/** The stack file: Slipway's configuration, and the settings of the plugins. */
import { join, resolve } from "node:path";
import type { StackConfig } from "../../components/config";
import { isEncrypted, readConfig, readStack, readYamlFile } from "../stack-file/read";

export interface StackFile {
  readonly stack: string;
  /** The folder of Pulumi.yaml. */
  readonly project: string;
  readonly projectName: string;
  readonly file: string;
  readonly config: StackConfig;
  /** The settings of the AWS and GitHub plugins, by their keys. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The keys among them with encrypted values. */
  readonly encrypted: readonly string[];
  readonly secretsProvider: string | undefined;
}

const project = resolve(__dirname, "..", "..");

/** @throws ConfigurationError with every mistake in the file */
export async function readStackFile(stack: string, given?: string): Promise<StackFile> {
  const file = resolve(given ?? join(project, `Pulumi.${stack}.yaml`));
  const config = await readStack(stack, given === undefined ? {} : { file: given });
  const all = Object.entries(await readConfig(stack, given));
  const settings = all.filter(([key]) => /^(?:aws|github):/.test(key));
  const { name } = await readYamlFile(join(project, "Pulumi.yaml"));
  const { secretsprovider } = await readYamlFile(file);
  return {
    ...{ stack, project, file, config },
    projectName: String(name),
    settings: Object.fromEntries(settings),
    encrypted: settings.filter(([, value]) => isEncrypted(value)).map(([key]) => key),
    secretsProvider: typeof secretsprovider === "string" ? secretsprovider : undefined,
  };
}
