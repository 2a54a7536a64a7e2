/* oxlint-disable no-restricted-globals -- Date reads times that were handed in; the clock is never asked. */
import type { Severity } from './event.ts'
import type { RunState } from './run-state.ts'
import { plusMs, weekday } from './times.ts'

const dayMs = 86_400_000
const proposedHour = 10

/**
 * When the post-mortem should be, as an ISO time: at ten in the morning of a working day where the team is (`zone`, as
 * `Europe/Madrid`), never on the day itself. After a SEV-1 within three calendar days, which always hold a working day; else
 * within five business days. No calendar of holidays is known.
 */
export function proposeReviewAt(severity: Severity, closedAt: string, zone = 'UTC'): string {
  const today = `${localText(closedAt, zone).slice(0, 10)}T00:00:00.000Z`
  const day = (ahead: number): string => plusMs(today, ahead * dayMs).slice(0, 10)
  return instantOf(`${dayWithin(severity, day)}T${proposedHour}:00:00`, zone)
}

/** The last day that is soon enough. */
function dayWithin(severity: Severity, day: (ahead: number) => string): string {
  if (severity === 'SEV-1') return [3, 2, 1].map(day).find(isWorkingDay) ?? day(3)
  const working = [1, 2, 3, 4, 5, 6, 7].map(day).filter(isWorkingDay)
  return working[4] ?? day(7)
}

/** Later than it should be: after that day, where the team is. */
export function isLate(severity: Severity, closedAt: string, at: string, zone = 'UTC'): boolean {
  const last = localText(proposeReviewAt(severity, closedAt, zone), zone).slice(0, 10)
  return localText(at, zone).slice(0, 10) > last
}

/** Where the team of a run is: as the manifest says, else as the machine it was opened on. */
export function zoneOf({ run }: Pick<RunState, 'run'>): string {
  return run?.manifest.review?.timezone ?? run?.timezone ?? 'UTC'
}

function isWorkingDay(day: string): boolean {
  const number = weekday(`${day}T12:00:00.000Z`)
  return number > 0 && number < 6
}

/** `2026-11-20T11:00:00`, as clocks there show it. */
function localText(iso: string, timeZone: string): string {
  const parts = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  } as const
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone, hourCycle: 'h23', ...parts }).format(new Date(iso))
  return text.replace(' ', 'T')
}

/** When clocks there show it. Where they are changed that night, the difference of the guess is not that of the time itself. */
function instantOf(local: string, zone: string): string {
  const wanted = Date.parse(`${local}Z`)
  const shift = (at: number): number => Date.parse(`${localText(new Date(at).toISOString(), zone)}Z`) - at
  const guess = wanted - shift(wanted)
  return new Date(wanted - shift(guess)).toISOString()
}
