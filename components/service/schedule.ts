/** A schedule of Application Auto Scaling or of EventBridge Scheduler: both have the same three forms. */
export const schedule = {
  valid: isSchedule,
  allowed:
    "cron(minutes hours day-of-month month day-of-week year) with ? for one of the two days, rate(…) or at(…)",
  fix: "for example cron(0 8 ? * MON-FRI *), rate(1 day), rate(5 minutes) or at(2026-12-24T18:00:00)",
};

/** The name of a time zone. */
export const timeZone = {
  valid: isTimeZone,
  allowed: "the name of a time zone in the IANA database",
  fix: "for example Europe/Berlin or UTC",
};

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** The fields of a cron expression: the smallest and the largest number, the names of the numbers in order, and AWS's special values. */
const fields: readonly (readonly [number, number, (readonly string[])?, RegExp?])[] = [
  [0, 59],
  [0, 23],
  [1, 31, [], /^(?:\?|L|LW|\d{1,2}W)$/],
  [1, 12, months],
  [1, 7, days, /^(?:\?|[1-7]?L|[1-7]#[1-5])$/],
  [1970, 2199],
];

/**
 * AWS's special values for days are not checked against the calendar.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
 */
function isSchedule(text: string): boolean {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(text);
  if (rate) {
    return Number(rate[1]) > 0 && (rate[1] === "1") === (rate[3] === "");
  }
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(text);
  if (at) {
    return !Number.isNaN(Date.parse(`${at[1]}Z`));
  }
  const parts = /^cron\((.*)\)$/.exec(text)?.[1]?.split(" ") ?? [];
  return (
    parts.length === fields.length &&
    fields.every((_, i) => isField(parts[i] ?? "", i)) &&
    // One of the two days, and only one, is a question mark.
    (parts[2] === "?") !== (parts[4] === "?")
  );
}

function isField(text: string, index: number): boolean {
  const [lowest = 0, highest = 0, names = [], special] = fields[index] ?? [];
  const number = (word: string) => {
    const named = names.indexOf(word.toUpperCase());
    return named >= 0 ? named + lowest : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  const inRange = (word: string) => number(word) >= lowest && number(word) <= highest;
  return text.split(",").every((item) => {
    if (special?.test(item.toUpperCase())) {
      return true;
    }
    const [range = "", step, ...rest] = item.split("/");
    const [from = "", to, ...more] = range.split("-");
    return (
      rest.length === 0 &&
      more.length === 0 &&
      (step === undefined || (/^\d+$/.test(step) && Number(step) > 0)) &&
      (range === "*" || (inRange(from) && (to === undefined || inRange(to))))
    );
  });
}

function isTimeZone(name: string): boolean {
  try {
    // Some versions also accept offsets such as +01:00, which AWS refuses.
    return /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}
