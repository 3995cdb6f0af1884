/** `npm run doctor -- --stack dev` */
import { parseCommandLine, runCommand } from "../command";
import { hasBad, renderJson, renderTable } from "./render";
import { examine } from "./run";
import { readStackFile } from "./stack-file";

const usage = `Usage: npm run doctor -- [--stack dev] [--config-file FILE] [--json]

Checks what the first pulumi up needs: Pulumi, the AWS account and GitHub. It only reads. Each line is good, bad or unknown, and
says what to do. The exit code is 1 if a line is bad. docs/doctor.md lists the lines and the permissions.

  --stack dev         the stack, Pulumi.<stack>.yaml
  --config-file FILE  another stack file
  --json              prints everything as JSON
  --help              prints this help
`;

async function main(): Promise<number> {
  const { stdout, env } = process;
  const { values } = parseCommandLine({
    options: {
      stack: { type: "string", default: "dev" },
      "config-file": { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    stdout.write(usage);
    return 0;
  }
  const report = await examine(await readStackFile(values.stack, values["config-file"]));
  // https://no-color.org: any value but the empty one.
  const colour = stdout.isTTY === true && !env.NO_COLOR;
  stdout.write(`${values.json ? renderJson(report) : renderTable(report, { colour })}\n`);
  return hasBad(report) ? 1 : 0;
}

// A program that the engine ended leaves calls behind that never get an answer.
void runCommand(main, `\n${usage}`).then((code) => process.exit(code));
