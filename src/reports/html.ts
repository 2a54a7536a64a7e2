import type { Line } from '../state/event.ts'
import { clockText, spanText } from '../state/times.ts'
import { tookMs } from './bar.ts'
import type { Bar, Block, Row } from './block.ts'
import { incidentDocument } from './document.ts'
import { escapeHtml as text } from './escape-html.ts'
import { style } from './html-style.ts'

/** The same document as one file that asks nothing of the network, reads at phone width, and prints. */
export function incidentHtml(lines: readonly Line[]): string {
  const { title, sections } = incidentDocument(lines)
  const body = sections.map(
    section => `<section>\n<h2>${text(section.title)}</h2>\n${section.blocks.map(spell).join('\n')}\n</section>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${text(title)}</h1>
${body.join('\n')}
</main>
</body>
</html>
`
}

function spell(block: Block): string {
  switch (block.kind) {
    case 'facts':
      return `<dl>${block.facts.map(([label, value]) => `<dt>${text(label)}</dt><dd>${text(value)}</dd>`).join('')}</dl>`
    case 'text':
      return `<p>${text(block.text)}</p>`
    case 'list':
      return `<ul>${block.items.map(item => `<li>${text(item)}</li>`).join('')}</ul>`
    case 'table':
      return table(block.head, block.rows)
    case 'bars':
      return bars(block.bars, block.wholeMs)
    case 'asked':
      return `<ul class="asked">${block.questions.map(question => `<li>${text(question)}:</li>`).join('')}</ul>`
  }
}

function table(head: readonly string[], rows: readonly Row[]): string {
  return tableOf(
    head,
    rows.map(({ cells, tone }) => ({ cells: cells.map(text), tone })),
  )
}

/** Cells are HTML already. On a narrow screen each row stands as a block, its cells labelled by their heads. */
function tableOf(head: readonly string[], rows: readonly Row[]): string {
  const labels = head.map(text)
  const top = labels.map(label => `<th scope="col">${label}</th>`).join('')
  const body = rows.map(({ cells, tone }) => {
    const all = cells.map((cell, index) => `<td data-label="${labels[index] ?? ''}">${cell}</td>`)
    return `<tr class="${tone}">${all.join('')}</tr>`
  })
  return `<table><thead><tr>${top}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`
}

function bars(all: readonly Bar[], wholeMs: number): string {
  const rows = all.map(bar => {
    const { title, status, attempts, estimateMs, says, tone } = bar
    const took = attempts.length === 0 ? '' : spanText(tookMs(bar))
    const tries = attempts.length > 1 ? `${status}, ${attempts.length} attempts` : status
    const cells = [title, tries, spanText(estimateMs), took].map(text)
    return { cells: [...cells, svg(bar, wholeMs), text(says)], tone }
  })
  return tableOf(['step', 'state', 'estimated', 'took', `when, over ${clockText(wholeMs)}`, 'says'], rows)
}

/** Drawn over 1000 units, stretched to its cell: the estimate as a pale bar, each attempt on top of it. */
function svg(bar: Bar, wholeMs: number): string {
  const { attempts, startMs, estimateMs } = bar
  if (attempts.length === 0) return ''
  const unit = (ms: number): number => Math.round((1000 * ms) / wholeMs)
  const rect = (kind: string, fromMs: number, lengthMs: number): string =>
    `<rect class="${kind}" x="${unit(fromMs)}" width="${Math.max(4, unit(lengthMs))}" height="10"/>`
  const taken = attempts.map(({ startMs: from, endMs, failed }) =>
    rect(failed ? 'failed' : 'taken', from, endMs - from),
  )
  const label = `took ${spanText(tookMs(bar))}, estimated ${spanText(estimateMs)}`
  return `<svg viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="${text(label)}">${rect('estimated', startMs, estimateMs)}${taken.join('')}</svg>`
}
