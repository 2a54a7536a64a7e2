import type { Line } from '../state/event.ts'
import { timelineOf } from './timeline-of.ts'

/** An array of entries, oldest first; times are ISO, UTC. */
export function timelineJson(lines: readonly Line[]): string {
  return `${JSON.stringify(timelineOf(lines), null, 2)}\n`
}

/** RFC 4180: a header, quoted throughout, CRLF. */
export function timelineCsv(lines: readonly Line[]): string {
  const rows = timelineOf(lines).map(({ seq, at, who, from, kind, phase, step, tone, text, evidence }) => [
    String(seq),
    at,
    who,
    from,
    kind,
    phase === null ? '' : String(phase),
    step ?? '',
    tone,
    text,
    evidence ?? '',
  ])
  const head = ['seq', 'at', 'who', 'from', 'kind', 'phase', 'step', 'tone', 'text', 'evidence']
  return [head, ...rows].map(cells => `${cells.map(cell).join(',')}\r\n`).join('')
}

/** A cell that a spreadsheet would take for a formula is led by a quote mark. */
function cell(value: string): string {
  return `"${(/^\s*[=+\-@]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`
}
