import type { Work } from '../../targets/databases/port.ts'

/** What a database is at, and how long it will be yet; then what is settled of it, newest first: `ALTER TABLE ...: 34 %, about 8 s to go`. */
export function workLines(work: Work): readonly string[] {
  return [`${work.what}: ${howFar(work)}`, ...(work.landed ?? []).toReversed()]
}

function howFar({ seconds, percent, toGo, part, rows, waitsFor, pauses }: Work): string {
  const since = `for ${span(seconds)}`
  if (waitsFor !== undefined) return `waits ${since} for ${others(waitsFor.sessions.length)}`
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
