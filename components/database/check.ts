import { checkRange, checkString } from "../shared/checks";
import type { Problem } from "../shared/errors";
import { checkKmsKey } from "../shared/kms";
import { checkRetention } from "../shared/log-retention";
import type { Unchecked } from "../shared/unchecked";
import { checkPause } from "./check-pause";
import type { DatabaseEngine, DatabaseSettings, ServerlessArgs } from "./settings";

type Settings = Unchecked<DatabaseSettings>;

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html: 63 characters, less what is appended. */
const longestName = 40;

/** The name begins the names of the cluster and of its instances. */
export function checkDatabaseName(name: string | undefined, path: string): Problem[] {
  return checkString(path, name, {
    valid: (text) => /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(text) && text.length <= longestName,
    allowed: `at most ${longestName} lower-case letters, digits and single hyphens, a letter first: it names the database's instances`,
    fix: "choose a plainer name",
  });
}

/** Returns what AWS would refuse, often only after minutes. Only AWS knows the versions and classes of a region. */
export function checkDatabase(settings: Settings, path: string): Problem[] {
  const { engine, engineVersion, backupRetentionInDays, kmsKeyArn, snapshotIdentifier } = settings;
  return [
    ...checkVersion(engine, engineVersion, `${path}.engineVersion`),
    ...checkCapacity(settings, path),
    ...checkPause(settings, path),
    ...checkReaders(settings, path),
    ...checkFirstDatabase(settings.databaseName, `${path}.databaseName`),
    // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
    ...checkRange(`${path}.backupRetentionInDays`, backupRetentionInDays, [1, 35], "days"),
    ...checkRetention(settings.logRetentionInDays, `${path}.logRetentionInDays`),
    ...checkKmsKey(kmsKeyArn, `${path}.kmsKeyArn`),
    ...checkString(`${path}.snapshotIdentifier`, snapshotIdentifier, {
      valid:
        /^(?:arn:[\w-]+:rds:[\w-]+:\d{12}:cluster-snapshot:)?(?:rds:)?[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*$/,
      allowed: "the name or the ARN of a cluster's snapshot",
      fix: "aws rds describe-db-cluster-snapshots lists them",
    }),
  ];
}

interface Versions {
  readonly valid: RegExp;
  readonly allowed: string;
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.VersionPolicy.html */
const versions: Readonly<Record<DatabaseEngine, Versions>> = {
  "aurora-postgresql": {
    valid: /^(?:1[3-9]|[2-9]\d)(?:\.\d+)?$/,
    allowed: "a major version of Aurora PostgreSQL from 13 on (17), or a whole one (17.5)",
  },
  "aurora-mysql": {
    valid: /^8\.\d+(?:\.mysql_aurora\.\d+\.\d+\.\d+)?$/,
    allowed:
      "a major version of Aurora MySQL (8.0), or a whole one with Aurora's own (8.0.mysql_aurora.3.10.0)",
  },
};

function checkVersion(
  engine: DatabaseEngine | undefined,
  version: string | undefined,
  path: string,
): Problem[] {
  return engine === undefined
    ? []
    : checkString(path, version, {
        ...versions[engine],
        fix: `aws rds describe-db-engine-versions --engine ${engine} --query 'DBEngineVersions[].EngineVersion' lists them`,
      }).map((problem) => ({ ...problem, reads: [path.replace(/Version$/, "")] }));
}

function checkCapacity(settings: Settings, path: string): Problem[] {
  const { engine, instanceClass, serverless } = settings;
  return [
    ...(serverless && instanceClass !== undefined
      ? [
          {
            path: `${path}.instanceClass`,
            value: instanceClass,
            allowed:
              "nothing together with serverless: instances either have a fixed size, or scale",
            fix: "remove one of them",
            reads: [`${path}.serverless`],
          },
        ]
      : []),
    ...checkClass(engine, instanceClass, `${path}.instanceClass`),
    ...checkServerless(serverless ?? {}, `${path}.serverless`),
  ];
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html */
function checkClass(
  engine: DatabaseEngine | undefined,
  instanceClass: string | undefined,
  path: string,
): Problem[] {
  const form = checkString(path, instanceClass, {
    valid: /^db\.(?:t(?:3|4g)\.(?:medium|large)|(?:r[5-9]\w*|x2\w*)\.(?:large|\d*xlarge))$/,
    allowed: "an instance class of Aurora: db.t4g.medium, or one of the families r and x",
    fix: (value) =>
      value === "db.serverless"
        ? "remove it: Serverless v2 is the default"
        : "for example db.r8g.large; for the smallest load db.t4g.medium, or Serverless v2",
  });
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.optimized.reads.html
  return form.length > 0 || engine !== "aurora-mysql"
    ? form
    : checkString(path, instanceClass, {
        valid: /^db\.(?!r\d+g?i?d\.)/,
        allowed: "a class without a local disk: only Aurora PostgreSQL uses one",
        fix: (value) => `write ${value.replace(/d\./, ".")}`,
      }).map((problem) => ({ ...problem, reads: [path.replace(/instanceClass$/, "engine")] }));
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html */
function checkServerless(
  { minCapacity, maxCapacity, secondsUntilAutoPause }: Unchecked<ServerlessArgs>,
  path: string,
): Problem[] {
  const ofMinimum = checkHalves(`${path}.minCapacity`, minCapacity, 0);
  const ofMaximum = checkHalves(`${path}.maxCapacity`, maxCapacity, 1);
  const at = `${path}.secondsUntilAutoPause`;
  const ofPause = checkRange(at, secondsUntilAutoPause, [300, 86_400], "seconds");
  const problems = [...ofMinimum, ...ofMaximum, ...ofPause];
  if (ofMinimum.length > 0 || minCapacity === undefined) {
    return problems;
  }
  return [
    ...problems,
    ...(ofMaximum.length === 0 && maxCapacity !== undefined && minCapacity > maxCapacity
      ? [
          {
            path: `${path}.maxCapacity`,
            value: maxCapacity,
            allowed: `at least minCapacity, ${minCapacity}`,
            fix: "raise it, or lower minCapacity",
            reads: [`${path}.minCapacity`],
          },
        ]
      : []),
    ...(ofPause.length === 0 && secondsUntilAutoPause !== undefined && minCapacity > 0
      ? [
          {
            path: at,
            value: secondsUntilAutoPause,
            allowed: "nothing with a minCapacity above 0: such a database never pauses",
            fix: "remove it, or set minCapacity: 0",
            reads: [`${path}.minCapacity`],
          },
        ]
      : []),
  ];
}

function checkHalves(path: string, value: number | undefined, least: number): Problem[] {
  if (value === undefined || (Number.isInteger(value * 2) && value >= least && value <= 256)) {
    return [];
  }
  const nearest = Math.min(256, Math.max(least, Math.round(value * 2) / 2));
  return [
    {
      path,
      value,
      allowed: `${least} to 256 Aurora capacity units, in steps of 0.5`,
      fix: `the nearest is ${nearest}`,
    },
  ];
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html */
function checkReaders({ readers, readerAutoscaling }: Settings, path: string): Problem[] {
  const { maxCapacity, cpuUtilization } = readerAutoscaling ?? {};
  const at = `${path}.readerAutoscaling`;
  const ofReaders = checkRange(`${path}.readers`, readers, [0, 15], "readers");
  const ofMaximum = checkRange(`${at}.maxCapacity`, maxCapacity, [1, 15], "readers");
  const problems = [
    ...ofReaders,
    ...ofMaximum,
    ...checkRange(`${at}.cpuUtilization`, cpuUtilization, [1, 100], "percent"),
  ];
  if (ofReaders.length > 0 || !readerAutoscaling) {
    return problems;
  }
  const fixed = readers ?? 0;
  return [
    ...problems,
    ...(fixed === 0
      ? [
          {
            path: `${path}.readers`,
            value: readers,
            allowed: "at least 1 with readerAutoscaling: it measures the readers that exist",
            fix: "set readers: 1, or remove readerAutoscaling",
            reads: [at],
          },
        ]
      : []),
    ...(ofMaximum.length === 0 && maxCapacity !== undefined && maxCapacity <= fixed
      ? [
          {
            path: `${at}.maxCapacity`,
            value: maxCapacity,
            allowed: `more than readers, ${fixed}`,
            fix: "raise it, or remove readerAutoscaling",
            reads: [`${path}.readers`],
          },
        ]
      : []),
  ];
}

/** Databases that exist already, or that an engine keeps for itself. */
const taken = [
  ...["postgres", "rdsadmin", "template0", "template1"],
  ...["information_schema", "mysql", "performance_schema", "sys"],
];

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html */
function checkFirstDatabase(name: string | undefined, path: string): Problem[] {
  return checkString(path, name, {
    valid: (text) => /^[A-Za-z]\w{0,62}$/.test(text) && !taken.includes(text.toLowerCase()),
    allowed: `at most 63 letters, digits and underscores, a letter first; not ${taken.join(", ")}`,
    fix: "for example app",
  });
}
