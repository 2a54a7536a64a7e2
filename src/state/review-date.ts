import type { Severity } from './event.ts'

const dayMs = 86_400_000

/** When the post-mortem should be: within 3 calendar days after a SEV-1, within 5 business days else; a working day, 10:00 UTC. */
export function proposeReviewAt(severity: Severity, from: string): string {
  const start = Date.parse(`${from.slice(0, 10)}T10:00:00.000Z`)
  if (severity === 'SEV-1') {
    const within = [3, 2, 1].map(days => start + days * dayMs)
    return iso(within.find(isWorkingDay) ?? start + dayMs)
  }
  let day = start
  for (let left = 5; left > 0; left -= isWorkingDay(day) ? 1 : 0) day += dayMs
  return iso(day)
}

function isWorkingDay(time: number): boolean {
  const day = new Date(time).getUTCDay()
  return day > 0 && day < 6
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
