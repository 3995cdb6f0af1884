import assert from "node:assert/strict";
import { checkService, checkServiceName } from "../../../components/service/check";
import { withoutReads } from "../../harness";

type Settings = Parameters<typeof checkService>[0];

describe("checkServiceName", () => {
  const allowed =
    "a letter, then at most 19 lower-case letters, digits and hyphens, no hyphen at the end: it names the target group, the image repository and the workflow";
  for (const [name, suggestion] of [
    ["api", undefined],
    ["a", undefined],
    ["a1234567890123456789", undefined],
    ["a12345678901234567890", "a1234567890123456789"],
    ["API", "api"],
    ["my_api", "my-api"],
    ["api-", "api"],
    ["2nd", "nd"],
    ["", "api"],
    ["ünï", "n"],
  ] as const) {
    it(`${suggestion ? "refuses" : "accepts"} "${name}"`, async () => {
      const problems = suggestion && [
        {
          path: "name",
          value: name,
          allowed,
          fix: `choose a shorter or plainer name, for example "${suggestion}"`,
        },
      ];
      assert.deepEqual(checkServiceName(name, "name"), problems ?? []);
      assert.deepEqual(checkServiceName(suggestion ?? name, ""), []);
    });
  }
});

describe("checkService", () => {
  const reference = {
    allowed:
      "a reference without wildcards: the ARN of a Secrets Manager secret or SSM parameter, or a parameter's path (/team/key)",
    fix: "store the value in Secrets Manager or SSM and give its ARN or path here",
  };
  const sidecar = { name: "agent", image: "agent:1" };
  const range = (path: string, value: number, bounds: string, nearest: number) => ({
    path: `api.${path}`,
    value,
    allowed: `a whole number from ${bounds}`,
    fix: `the nearest is ${nearest}`,
  });

  const table: [Omit<Settings, "port"> & { port?: number }, object[]][] = [
    [{}, []],
    [
      {
        secrets: {
          A: "/team/key",
          B: "arn:aws:ssm:eu-central-1:123456789012:parameter/team/key",
          C: "arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:db-AbCdEf:key::",
        },
      },
      [],
    ],
    [{ port: 0 }, [range("port", 0, "1 to 65535 (TCP ports)", 1)]],
    [{ port: 65536 }, [range("port", 65536, "1 to 65535 (TCP ports)", 65535)]],
    [{ port: 80.5 }, [range("port", 80.5, "1 to 65535 (TCP ports)", 81)]],
    [{ ephemeralStorage: 20 }, [range("ephemeralStorage", 20, "21 to 200 (GiB)", 21)]],
    [{ desiredCount: -1 }, [range("desiredCount", -1, "0 to 5000 (tasks)", 0)]],
    [{ stopTimeout: 121 }, [range("stopTimeout", 121, "2 to 120 (seconds)", 120)]],
    [
      { deregistrationDelay: 3601 },
      [range("deregistrationDelay", 3601, "0 to 3600 (seconds)", 3600)],
    ],
    [
      { healthCheckGracePeriodSeconds: -1 },
      [range("healthCheckGracePeriodSeconds", -1, "0 to 2147483647 (seconds)", 0)],
    ],
    [
      { logRetentionInDays: 45 },
      [
        {
          path: "api.logRetentionInDays",
          value: 45,
          allowed:
            "one of CloudWatch's values: 0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days; 0 keeps logs forever",
          fix: "set it to 60",
        },
      ],
    ],
    [
      {
        capacityProviderStrategies: [
          { capacityProvider: "FARGATE", base: 1, weight: 0 },
          { capacityProvider: "FARGATE_SPOT", base: 1, weight: 0 },
        ],
      },
      [
        {
          path: "api.capacityProviderStrategies",
          value: ["FARGATE", "FARGATE_SPOT"],
          allowed: "a base for only one capacity provider",
          fix: "remove base from the other",
        },
        {
          path: "api.capacityProviderStrategies",
          value: 0,
          allowed: "a weight above 0 for at least one capacity provider",
          fix: "raise a weight",
        },
      ],
    ],
    [
      { secrets: { PASSWORD: "hunter2-hunter2" } },
      [{ path: "api.secrets.PASSWORD", value: "hunter2-hunter2", ...reference }],
    ],
    [
      {
        sidecars: [{ ...sidecar, secrets: { KEY: "arn:aws:s3:::bucket" } }, sidecar],
      },
      [
        {
          path: "api.sidecars[1].name",
          value: "agent",
          allowed:
            "a name that no other container of the task has: api.sidecars[0].name is the same",
          fix: "rename one of them",
        },
        {
          path: "api.sidecars[0].secrets.KEY",
          value: "arn:aws:s3:::bucket",
          ...reference,
        },
      ],
    ],
  ];
  const container = "a name that no other container of the task has: api.name is the same";
  table.push(
    [
      { name: "api", sidecars: [sidecar, { ...sidecar, name: "api" }] },
      [
        {
          path: "api.sidecars[1].name",
          value: "api",
          allowed: container,
          fix: "rename one of them",
        },
      ],
    ],
    [
      {
        name: "api",
        sidecars: [
          { ...sidecar, dependsOn: [{ containerName: "api", condition: "START" }] },
          { ...sidecar, name: "proxy", dependsOn: [{ containerName: "agnt", condition: "START" }] },
        ],
      },
      [
        {
          path: "api.sidecars[1].dependsOn[0].containerName",
          value: "agnt",
          allowed: "another container of the task: api, agent",
          fix: "name one of these, or remove the dependency",
        },
      ],
    ],
    [
      { environment: { KEY: "1" }, secrets: { KEY: "/team/key" } },
      [
        {
          path: "api.secrets.KEY",
          value: "/team/key",
          allowed: "a name that is not in environment: ECS refuses a container with KEY in both",
          fix: "remove it from one of them",
        },
      ],
    ],
  );
  for (const [settings, problems] of table) {
    it(`${problems.length === 0 ? "accepts" : "refuses"} ${JSON.stringify(settings)}`, async () => {
      assert.deepEqual(withoutReads(checkService({ port: 8000, ...settings }, "api")), problems);
    });
  }

  for (const value of [
    "/team/*",
    "/team/key?",
    "arn:aws:ssm:eu-central-1:123456789012:parameter/*",
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:*",
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-??????",
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db-AbCdEf:*::",
  ]) {
    it(`refuses ${value}, which would open other secrets`, async () => {
      const found = checkService({ port: 8000, secrets: { KEY: value } }, "api");
      assert.deepEqual(
        found.map(({ path, allowed }) => [path, allowed]),
        [["api.secrets.KEY", reference.allowed]],
      );
    });
  }
});
