import { setTimeout as sleep } from "node:timers/promises";
import { automation } from "@pulumi/pulumi";

/** Who holds a stack's lock. Pulumi Cloud does not say. */
export interface Lock {
  /** `user@host` @default unknown */
  readonly holder?: string;
  /** The numeric id of its process. @default unknown */
  readonly pid?: number;
  /** When the lock was taken. @default unknown */
  readonly since?: Date;
}

const POLL_SECONDS = 5;

/** `checkForLock` in https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/diy/lock.go */
export function lockOf({ message }: automation.ConcurrentUpdateError): Lock {
  const [, holder, pid, since] = /created by (\S+) \(pid (\d+)\) at (\S+)/.exec(message) ?? [];
  return holder && pid && since ? { holder, pid: Number(pid), since: new Date(since) } : {};
}

/** `root@build-7 (process 4711) since 2026-11-26T09:00:00.000Z` */
export function describeLock({ holder, pid, since }: Lock): string {
  return holder && since
    ? `${holder} (process ${pid}) since ${since.toISOString()}`
    : "another update";
}

/** Runs an operation. While another process holds the lock, tries again, until the time is over. */
export async function whenUnlocked<T>(
  operation: () => Promise<T>,
  { seconds, signal, onWait }: WaitOptions,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await operation();
    } catch (error) {
      if (!(error instanceof automation.ConcurrentUpdateError) || Date.now() >= deadline) {
        throw error;
      }
      onWait(lockOf(error));
      const left = deadline - Date.now();
      await sleep(Math.min(left, POLL_SECONDS * 1000), undefined, signal && { signal });
    }
  }
}

interface WaitOptions {
  readonly seconds: number;
  readonly signal?: AbortSignal;
  readonly onWait: (lock: Lock) => void;
}
