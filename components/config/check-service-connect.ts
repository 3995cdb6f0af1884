import { checkUnique } from "../shared/checks";
import type { Problem } from "../shared/errors";
import type { Unchecked } from "../shared/unchecked";
import type { StackConfig } from "./schema";

type Config = Unchecked<StackConfig>;
type At = (key: string) => string;

/** Checks the services that call each other: there are at least two, others can call one of them, and each has its own address. */
export function checkConnections({ services = [] }: Config, at: At): Problem[] {
  const connected = services.flatMap((service = {}, i) =>
    service.serviceConnect ? [{ ...service, path: at(`services[${i}].serviceConnect`) }] : [],
  );
  const [first] = connected;
  const called = connected.flatMap(({ name, port, worker, serviceConnect, path }) => {
    const [host, number] = [serviceConnect?.dnsName ?? name, serviceConnect?.port ?? port];
    return worker || host === undefined || number === undefined
      ? []
      : [{ path, address: `${host}:${number}` }];
  });
  const reads = [at("services")];
  return [
    ...(first && (connected.length < 2 || connected.every(({ worker }) => worker))
      ? [
          {
            path: first.path,
            value: first.serviceConnect,
            allowed:
              connected.length < 2
                ? "nothing in a stack in which no other service has it: there is nobody to call"
                : "nothing in a stack in which only workers have it: there is nobody to call",
            fix: "set serviceConnect: {} for the services that it calls or that call it, too, or remove it",
            reads,
          },
        ]
      : []),
    // "Each name and port mapping must be unique within the namespace":
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html
    ...checkUnique(
      called.map(({ address }) => address),
      (i) => called[i]?.path ?? "",
      {
        allowed: (other) => `an address that no other service has: that of ${other} is the same`,
        fix: "give one of them another dnsName",
      },
    ).map((problem) => ({ ...problem, reads })),
  ];
}
