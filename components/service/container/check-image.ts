import { checkString } from "../../shared/checks";
import type { Problem } from "../../shared/errors";

/** The grammar of image references: https://pkg.go.dev/github.com/distribution/reference */
export function checkImage(image: string | undefined, path: string): Problem[] {
  const host = /(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?)+(?::\d+)?\//;
  const part = /[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*/;
  const version = /(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?/;
  return checkString(path, image, {
    valid: new RegExp(`^(?:${host.source})?${part.source}(?:/${part.source})*${version.source}$`),
    allowed: "a reference to an image: registry/name:tag or registry/name@sha256:digest",
    fix: "for example public.ecr.aws/docker/library/redis:7",
  });
}
