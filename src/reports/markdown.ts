import type { Line } from '../state/event.ts'
import { oneLine } from '../state/text.ts'
import { clockText, spanText } from '../state/times.ts'
import { tookMs } from './bar.ts'
import type { Bar, Block, ReportDocument } from './block.ts'
import { incidentDocument } from './document.ts'

/** The incident document as GitHub-flavoured Markdown. The same lines give the same bytes. */
export function incidentMarkdown(lines: readonly Line[]): string {
  return documentMarkdown(incidentDocument(lines))
}

export function documentMarkdown({ title, sections }: ReportDocument): string {
  const parts = sections.flatMap(section => [`## ${safe(section.title)}`, ...section.blocks.map(spell)])
  return `${[`# ${safe(title)}`, ...parts.filter(part => part !== '')].join('\n\n')}\n`
}

function spell(block: Block): string {
  switch (block.kind) {
    case 'facts':
      return block.facts.map(([label, value]) => `- **${safe(label)}:** ${safe(value)}`).join('\n')
    case 'heading':
      return `### ${safe(block.text)}`
    case 'text':
      return atHead(block.text)
    case 'list':
      return block.items.map(item => `- ${atHead(item)}`).join('\n')
    case 'table':
      return table(
        block.head,
        block.rows.map(({ cells }) => cells),
      )
    case 'bars':
      return bars(block.bars, block.wholeMs)
    case 'asked':
      return block.questions.map(question => `- [ ] ${safe(question)}: _to be written_`).join('\n')
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(safe).join(' | ')} |`
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

function bars(all: readonly Bar[], wholeMs: number): string {
  const rows = all.map(bar => {
    const { title, status, attempts, estimateMs, says } = bar
    const took = attempts.length === 0 ? '' : spanText(tookMs(bar))
    const tries = attempts.length > 1 ? `${status}, ${attempts.length} attempts` : status
    return [title, tries, spanText(estimateMs), took, cells(bar, wholeMs), says]
  })
  const when = `when, over ${clockText(wholeMs)}`
  return `${table(['step', 'state', 'estimated', 'took', when, 'says'], rows)}\n\nTaken █, estimated ░.`
}

const barCells = 30

/** Taken time drawn full, what was estimated beyond it shaded; a moment still fills one cell. */
function cells({ attempts, startMs, estimateMs }: Bar, wholeMs: number): string {
  if (attempts.length === 0) return ''
  const at = (ms: number): number => Math.min(barCells - 1, Math.floor((ms / wholeMs) * barCells))
  const taken = attempts.map(({ startMs: from, endMs }) => [at(from), at(Math.max(from, endMs - 1))] as const)
  const estimated = [at(startMs), at(startMs + Math.max(0, estimateMs - 1))] as const
  const within = (cell: number, [from, to]: readonly [number, number]): boolean => from <= cell && cell <= to
  return Array.from({ length: barCells }, (_, cell) => {
    if (taken.some(span => within(cell, span))) return '█'
    return within(cell, estimated) ? '░' : '·'
  }).join('')
}

const longest = 4_000

/** The one place where text becomes Markdown: no markup of its own, no line of its own. */
function safe(text: string): string {
  return oneLine(text, longest).replaceAll(/[\\`*_[\]<>|#&~$]/g, String.raw`\$&`)
}

/** Where a line or an item begins, a dash or a number would make a list of the text. */
function atHead(text: string): string {
  return safe(text).replace(/^(\d*)([-+=.)])/, String.raw`$1\$2`)
}
