import { checklist } from '../state/checklist.ts'
import type { Line } from '../state/event.ts'
import { oneLine } from '../state/text.ts'
import { incidentOf, type Bar } from './facts.ts'

/** The same document as one file that asks nothing of the network, reads at phone width, and prints. */
export function incidentHtml(lines: readonly Line[]): string {
  const incident = incidentOf(lines)
  const { state } = incident
  const sections = [
    rows([], incident.header),
    section(
      'Decision',
      state.decision === null
        ? '<p>Not decided yet.</p>'
        : `<p><b>${text(state.decision.choice)}</b>, by ${text(state.decision.by)} at ${text(state.decision.at)}: ${text(state.decision.reason)}</p>`,
    ),
    section(
      'Times (UTC)',
      rows(
        [],
        incident.times.filter(([, at]) => at !== ''),
      ),
    ),
    section('Plan, and what it took', gantt(incident.bars)),
    section('Data', `<ul>${incident.data.map(item => `<li>${text(item)}</li>`).join('')}</ul>`),
    section(
      'Checks',
      rows(
        ['check', 'before', 'after', 'says'],
        incident.checks.map(({ name, before, after, says }) => [name, before, after, says]),
      ),
    ),
    section(
      'Messages',
      rows(
        ['channel', 'subject', 'text', 'sent'],
        incident.messages.map(message => [message.channel, message.subject, message.text, message.state]),
      ),
    ),
    section(
      'Checklist',
      rows(
        ['item', 'state', 'evidence'],
        checklist(state).map(({ title, state: is, evidence }) => [title, is, evidence]),
      ),
    ),
    section(
      'Timeline (UTC)',
      rows(
        ['at', 'who', 'what'],
        incident.timeline.map(({ at, who, text: what }) => [at.slice(11, 19), who, what]),
      ),
    ),
    section(
      'Evidence',
      rows(
        ['file', 'bytes', 'sha256'],
        incident.evidence.map(({ file, bytes, sha256 }) => [file, String(bytes), sha256]),
      ),
    ),
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(incident.title)}</title><style>${style}</style></head>
<body><main><h1>${text(incident.title)}</h1>
${sections.join('\n')}
</main></body></html>
`
}

const style = `body{font:16px/1.45 system-ui,sans-serif;margin:0;color:#1a1a1a;background:#fff}main{max-width:60rem;margin:auto;padding:1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #ccc}table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid #e5e5e5;overflow-wrap:anywhere}
svg{width:100%;height:auto}@media(max-width:40rem){td,th{display:block;border:0;padding:.1rem 0}tr{display:block;border-bottom:1px solid #ccc;padding:.4rem 0}}
@media print{main{max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}`

function section(title: string, body: string): string {
  return `<h2>${text(title)}</h2>\n${body}`
}

function rows(head: readonly string[], all: readonly (readonly string[])[]): string {
  if (all.length === 0) return '<p>None.</p>'
  const top = head.length === 0 ? '' : `<tr>${head.map(cell => `<th>${text(cell)}</th>`).join('')}</tr>`
  return `<table>${top}${all.map(cells => `<tr>${cells.map(cell => `<td>${text(cell)}</td>`).join('')}</tr>`).join('')}</table>`
}

const rowHeight = 22

function gantt(bars: readonly Bar[]): string {
  if (bars.length === 0) return '<p>No step was begun.</p>'
  const whole = Math.max(1, ...bars.map(({ startMs, tookMs }) => startMs + tookMs))
  const x = (ms: number): string => (300 + (600 * ms) / whole).toFixed(1)
  const lines = bars.map(({ title, status, startMs, tookMs }, index) => {
    const y = index * rowHeight
    const colour = status === 'failed' ? '#b3261e' : status === 'skipped' ? '#8a8a8a' : '#1f6f43'
    const width = Math.max(2, (600 * tookMs) / whole).toFixed(1)
    return `<text x="0" y="${y + 15}" font-size="12">${text(oneLine(title, 44))}</text><rect x="${x(startMs)}" y="${y + 4}" width="${width}" height="14" fill="${colour}"><title>${text(`${status}, ${(tookMs / 1000).toFixed(1)} s`)}</title></rect>`
  })
  return `<svg viewBox="0 0 920 ${bars.length * rowHeight}" role="img" aria-label="When each step ran">${lines.join('')}</svg>`
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** The one place where text becomes HTML. */
function text(value: string): string {
  return oneLine(value, 4000).replaceAll(/[&<>"']/g, sign => escapes[sign] ?? sign)
}
