import * as pulumi from "@pulumi/pulumi";
import { checkedConfig, fromText, type StackConfig } from "../components/config";

/**
 * Reads and checks the configuration of the selected stack, `Pulumi.<stack>.yaml`.
 *
 * @throws ConfigurationError with every mistake in it
 */
export function loadConfig(): StackConfig {
  const all = pulumi.runtime.allConfig();
  const values = Object.entries(all).map(([key, text]) => [key, fromText(text)]);
  // The engine names the encrypted keys in this variable; the SDK has no public way to ask.
  const encrypted: string[] = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]");
  return checkedConfig(Object.fromEntries(values), encrypted, pulumi.getStack());
}
