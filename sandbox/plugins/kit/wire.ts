/** Converts property values between the engine's protocol and plain JavaScript. */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Properties, UNKNOWN } from "./provider";

// The keys with which the engine marks values that JSON has no type for (sdk/go/common/resource/properties.go).
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Plain properties: secrets unwrapped, absent and null members removed, unknown values as `UNKNOWN`. */
export function fromStruct(struct: Struct | undefined): Properties {
  const value = unwrap(struct?.toJavaScript() ?? {});
  return isObject(value) ? value : {};
}

export function toStruct(properties: Properties): Struct {
  // The generated code accepts only JSON values, and throws on an undefined member.
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));
}

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) return unwrap(value.value);
  if (value[SIGNATURE] === OUTPUT) return "value" in value ? unwrap(value.value) : UNKNOWN;
  const entries = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(entries.map(([key, member]) => [key, unwrap(member)]));
}
