const minute = 60_000;
const units = { m: minute, h: 60 * minute, d: 24 * 60 * minute } as const;

/** `90m`, `8h` or `3d`, in milliseconds. */
export function parseTtl(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,3})([mhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) {
    throw new TypeError(`--ttl needs a number of minutes, hours or days: 90m, 8h, 3d; not ${text}`);
  }
  return Number(count) * units[unit as keyof typeof units];
}

/** `2 d 3 h`, `7 h 59 min` */
export function describeDuration(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / minute);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
