/** Replaces https://github.com/docker/build-push-action, for one image that is pushed. */
import { environment, noted, runAction, setOutput } from "../../action";
import { buildImage } from "../build";
import { pushImage } from "../push";

runAction(async (inputs) => {
  if (!inputs.flag("push")) throw new Error("the sandbox only builds images that are pushed");
  if (inputs.get("provenance") !== "false") {
    throw new Error("the sandbox makes no provenance attestation: remove build.provenance");
  }
  if (inputs.flag("sbom")) throw new Error("the sandbox makes no SBOM: remove build.sbom");
  if (inputs.get("cache-to") && !noted("builders").includes("docker-container")) {
    throw new Error("Cache export is not supported for the docker driver: set up Buildx first");
  }
  const tags = inputs.get("tags").split(/[\n,]/);
  const references = tags.map((tag) => tag.trim()).filter((tag) => tag !== "");
  if (references.length === 0) throw new Error("tag is needed when pushing to registry");
  const image = buildImage({
    workspace: environment("GITHUB_WORKSPACE"),
    context: inputs.required("context"),
    file: inputs.get("file"),
    target: inputs.get("target"),
    platform: inputs.get("platforms"),
    buildArgs: inputs.lines("build-args"),
    labels: inputs.lines("labels"),
    secrets: inputs.lines("secrets"),
  });
  for (const reference of references) {
    await pushImage(reference, image);
    console.log(`pushed ${reference}`);
  }
  setOutput("digest", image.digest);
  setOutput("imageid", image.config.digest);
});
