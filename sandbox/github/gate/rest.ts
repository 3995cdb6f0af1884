/** Finds the operation of a call of S3 or CloudFront: it is in the method, the path, the query and the headers. */
import type { IncomingMessage } from "node:http";

export type Request = Pick<IncomingMessage, "headers" | "method" | "url">;

export interface Operation {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** `METHOD bucket|object [parameters that choose the operation]`: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
const s3Operations: Readonly<Record<string, string>> = {
  "GET bucket list-type": "ListObjectsV2",
  "GET object": "GetObject",
  "HEAD object": "HeadObject",
  "PUT object": "PutObject",
  "PUT object copy": "CopyObject",
  "DELETE object": "DeleteObject",
  "POST object uploads": "CreateMultipartUpload",
  "PUT object partNumber uploadId": "UploadPart",
  "PUT object partNumber uploadId copy": "UploadPartCopy",
  "POST object uploadId": "CompleteMultipartUpload",
  "DELETE object uploadId": "AbortMultipartUpload",
};

/** Parameters that do not choose the operation. */
const plain = [
  ...["prefix", "delimiter", "max-keys", "encoding-type", "continuation-token", "start-after"],
  ...["fetch-owner", "versionId", "x-id"],
];

/** The gate has an address and no name, so the bucket is in the path. */
export function s3Operation({ method, url, headers }: Request): Operation | undefined {
  const { pathname, searchParams: query } = new URL(url ?? "/", "http://gate");
  const [bucket = "", ...rest] = decodeURIComponent(pathname).slice(1).split("/");
  const key = rest.join("/");
  const source = header(headers["x-amz-copy-source"]);
  const choosing = [...query.keys()].filter((name) => !plain.includes(name)).sort();
  const operation =
    s3Operations[
      [method, key ? "object" : "bucket", ...choosing, ...(source ? ["copy"] : [])].join(" ")
    ];
  if (operation === undefined || bucket === "") return undefined;
  const amazon = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-"));
  return {
    operation,
    input: {
      ...{ bucket, key, headers: Object.fromEntries(amazon) },
      ...{ query: Object.fromEntries(query), ...(source && { source: sourceOf(source) }) },
    },
  };
}

/** `/BUCKET/KEY?versionId=ID`, encoded. */
function sourceOf(source: string): object {
  const [path = "", version] = source.split("?versionId=");
  const [bucket, ...rest] = decodeURIComponent(path).replace(/^\//, "").split("/");
  return { bucket, key: rest.join("/"), ...(version && { version }) };
}

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html */
export function cloudFrontOperation({ method, url = "" }: Request): Operation | undefined {
  const [, distribution, invalidation] =
    /^\/\d{4}-\d\d-\d\d\/distribution\/([^/?]+)\/invalidation(?:\/([^/?]+))?$/.exec(url) ?? [];
  if (distribution === undefined) return undefined;
  const input = { distribution };
  if (method === "POST" && !invalidation) return { operation: "CreateInvalidation", input };
  if (method === "GET" && invalidation) return { operation: "GetInvalidation", input };
  return undefined;
}

function header(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
