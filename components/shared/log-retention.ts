import type { Problem } from "./errors";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
  3288, 3653,
];

export function checkRetention(days: number | undefined, path: string): Problem[] {
  if (days === undefined || retentions.includes(days)) {
    return [];
  }
  const longer = retentions.find((known) => known > days);
  return [
    {
      path,
      value: days,
      allowed: `one of CloudWatch's values: ${retentions.join(", ")} days; 0 keeps logs forever`,
      fix: `set it to ${longer ?? 3653}`,
    },
  ];
}
