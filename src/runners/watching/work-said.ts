import type { WorkSaid } from '../../state/signal.ts'
import type { Work } from '../../targets/databases/port.ts'

/** What a database is at, and how long it will be yet; then what is settled of it: `34 %, about 8 s to go`. */
export function workSaid(work: Work, mask: (text: string) => string): WorkSaid {
  const says = [howFar(work), ...(work.landed ?? []).toReversed()].map(mask)
  return { what: mask(work.what), ...(work.of === undefined ? {} : { of: work.of }), says }
}

function howFar({ seconds, percent, toGo, part, rows, waitsFor, pauses }: Work): string {
  const since = `for ${span(seconds)}`
  if (waitsFor !== undefined) return `has waited ${span(seconds)} for ${others(waitsFor.sessions.length)}`
  if (pauses !== undefined) return pauses
  const share = percent === null ? null : `${Math.floor(percent)} %${part === undefined ? '' : ` of ${part}`}`
  const left = toGo === undefined ? since : `about ${span(toGo)} to go`
  const changed = rows === undefined ? null : `${rows} rows so far`
  return [share ?? part ?? null, changed, left].filter(said => said !== null).join(', ')
}

function span(seconds: number): string {
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

function others(sessions: number): string {
  if (sessions === 0) return 'others, whom this account may not see'
  return sessions === 1 ? 'another session' : `${sessions} other sessions`
}
