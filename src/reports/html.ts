import type { Line } from '../state/event.ts'
import { clockText, spanText } from '../state/times.ts'
import { tookMs } from './bar.ts'
import type { Bar, Block, ReportDocument, Row } from './block.ts'
import { incidentDocument } from './document.ts'
import { escapeHtml } from './escape-html.ts'
import { barKey, barSvg, shareSvg } from './html-graphs.ts'
import { style } from './html-style.ts'
import { htmlText as text } from './html-text.ts'

/** The same document as one file that asks nothing of the network, reads at phone width, and prints. */
export function incidentHtml(lines: readonly Line[]): string {
  return documentHtml(incidentDocument(lines), madeFrom(lines))
}

/** `source`: what it was made from, for its foot. */
export function documentHtml({ title, sections }: ReportDocument, source: string): string {
  const named = sections.map(section => ({ ...section, id: idOf(section.title) }))
  const contents = named.map(section => `<li><a href="#${section.id}">${text(section.title)}</a></li>`)
  const body = named.map(
    ({ id, title: head, blocks }) =>
      `<section aria-labelledby="${id}">\n<h2 id="${id}">${text(head)}</h2>\n${blocks.map(spell).join('\n')}\n</section>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${text(title)}</h1>
<nav aria-label="Contents"><ol>${contents.join('')}</ol></nav>
</header>
<main>
${body.join('\n')}
</main>
<footer><p>${text(source)}</p></footer>
</body>
</html>
`
}

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

function idOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

function madeFrom(lines: readonly Line[]): string {
  const last = lines.at(-1)
  if (last === undefined) return 'Made from an empty journal.'
  return `Made from lines 1 to ${last.seq} of run ${last.run}. Times are UTC.`
}

function spell(block: Block): string {
  switch (block.kind) {
    case 'facts':
      return `<dl>${block.facts.map(([label, value]) => `<dt>${text(label)}</dt><dd>${text(value)}</dd>`).join('')}</dl>`
    case 'heading':
      return `<h3>${text(block.text)}</h3>`
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
    rows.map(({ cells, tone, failed = [] }) => ({
      cells: cells.map((cell, index) => `${text(cell)}${shareSvg(failed[index] ?? null)}`),
      tone,
    })),
  )
}

/** Cells are HTML already. On a narrow screen each row stands as a block, its cells labelled by their heads. */
function tableOf(head: readonly string[], rows: readonly Row[], kind = ''): string {
  const labels = head.map(escapeHtml)
  const top = labels.map(label => `<th scope="col">${label}</th>`).join('')
  const body = rows.map(({ cells, tone }) => {
    const all = cells.map((cell, index) => `<td data-label="${labels[index] ?? ''}">${cell}</td>`)
    return `<tr class="${tone}">${all.join('')}</tr>`
  })
  const classes = kind === '' ? '' : ` class="${kind}"`
  return `<div class="wide"><table${classes}><thead><tr>${top}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`
}

function bars(all: readonly Bar[], wholeMs: number): string {
  const rows = all.map(bar => {
    const { title, status, attempts, estimateMs, says, tone } = bar
    const took = attempts.length === 0 ? '' : spanText(tookMs(bar))
    const tries = attempts.length > 1 ? `${status}, ${attempts.length} attempts` : status
    const cells = [title, tries, spanText(estimateMs), took].map(text)
    return { cells: [...cells, barSvg(bar, wholeMs), text(says)], tone }
  })
  const head = ['step', 'state', 'estimated', 'took', `when, over ${clockText(wholeMs)}`, 'says']
  return `${barKey}\n${tableOf(head, rows, 'bars')}`
}
