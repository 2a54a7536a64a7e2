import type { Severity } from './event.ts'
import { plusMs, weekday } from './times.ts'

const dayMs = 86_400_000

/**
 * When the post-mortem should be, as an ISO time: on a working day at 10:00 UTC, never on the day itself. After a SEV-1
 * within three calendar days, which always hold a working day; else within five business days.
 */
export function proposeReviewAt(severity: Severity, closedAt: string): string {
  const tenOClock = `${closedAt.slice(0, 10)}T10:00:00.000Z`
  const day = (ahead: number): string => plusMs(tenOClock, ahead * dayMs)
  if (severity === 'SEV-1') return [3, 2, 1].map(day).find(isWorkingDay) ?? day(3)
  const working = [1, 2, 3, 4, 5, 6, 7].map(day).filter(isWorkingDay)
  return working[4] ?? day(7)
}

function isWorkingDay(iso: string): boolean {
  const day = weekday(iso)
  return day > 0 && day < 6
}
