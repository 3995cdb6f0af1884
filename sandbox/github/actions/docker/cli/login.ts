/** `docker login`, `docker logout` and `docker buildx create`. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { note } from "../../action";

/** `aws ecr get-login-password | docker login --username AWS --password-stdin REGISTRY` */
export function login(args: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      username: { type: "string", short: "u" },
      "password-stdin": { type: "boolean" },
    },
    allowPositionals: true,
  });
  const [registry = "", ...rest] = positionals;
  if (!values["password-stdin"] || rest.length > 0) {
    throw new Error("the sandbox logs in with --username AWS --password-stdin REGISTRY");
  }
  const password = readFileSync(0, "utf8").trim();
  if (password === "") throw new Error("password is empty");
  const host = registry.replace(/^https:\/\//, "").replace(/\/$/, "");
  if (values.username !== "AWS" || !/^\d{12}\.dkr\.ecr\./.test(host)) {
    throw new Error(
      `login attempt to https://${host}/v2/ failed with status: 400 Bad Request: a registry of ECR takes the user AWS`,
    );
  }
  note("logins", host);
  console.log("Login Succeeded");
}

export function logout(args: readonly string[]): void {
  console.log(`Removing login credentials for ${args[0] ?? "https://index.docker.io/v1/"}`);
}

export function createBuilder(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: {
      use: { type: "boolean" },
      bootstrap: { type: "boolean" },
      name: { type: "string" },
      driver: { type: "string", default: "docker-container" },
      "driver-opt": { type: "string", multiple: true },
    },
  });
  if (values.use) note("builders", values.driver);
  console.log(values.name ?? "sandbox");
}
