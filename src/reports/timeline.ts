import type { Line } from '../state/event.ts'
import { incidentOf } from './facts.ts'

export function timelineJson(lines: readonly Line[]): string {
  return `${JSON.stringify(incidentOf(lines).timeline, null, 2)}\n`
}

/** RFC 4180: quoted throughout, CRLF. A cell that a spreadsheet would take for a formula is led by a quote mark. */
export function timelineCsv(lines: readonly Line[]): string {
  const cell = (value: string): string => `"${(/^[=+\-@]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`
  const rows = incidentOf(lines).timeline.map(({ at, who, tone, text }) => [at, who, tone, text].map(cell).join(','))
  return `${['"at","who","tone","text"', ...rows].join('\r\n')}\r\n`
}
