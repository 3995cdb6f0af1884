/** Replaces https://github.com/aws-actions/amazon-ecs-render-task-definition with a family: newest revision, one image changed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ECS } from "@aws-sdk/client-ecs";
import { environment, runAction, setOutput, toGate } from "../../action";
import { withoutReadOnly } from "../task-definition";

runAction(async (inputs) => {
  const ecs = new ECS(toGate());
  const family = inputs.required("task-definition-family");
  const described = await ecs
    .describeTaskDefinition({ taskDefinition: family, include: ["TAGS"] })
    .catch((error: Error) => {
      throw new Error(`Failed to describe task definition in ECS: ${error.message}`);
    });
  const { taskDefinition, tags } = described;
  for (const name of inputs.required("container-name").split(",")) {
    const container = taskDefinition?.containerDefinitions?.find((one) => one.name === name.trim());
    if (!container) {
      throw new Error(
        "Invalid task definition: Could not find container definition with matching name",
      );
    }
    container.image = inputs.required("image");
    const labels = inputs.lines("docker-labels").map((line) => line.split("="));
    if (labels.length > 0) {
      container.dockerLabels = { ...container.dockerLabels, ...Object.fromEntries(labels) };
    }
  }
  const file = join(environment("RUNNER_TEMP"), `task-definition-${process.pid}.json`);
  const rendered = withoutReadOnly({ ...taskDefinition, tags });
  writeFileSync(file, JSON.stringify(rendered, null, 2));
  setOutput("task-definition", file);
  console.log(`Rendered ${family} with ${inputs.get("image")}`);
});
