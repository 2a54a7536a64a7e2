import { paragraph, verbatim, type Row } from '../../text/row.ts'
import { cells } from '../../text/width.ts'
import type { Tone } from '../../theme.ts'

/** What it is called, what it is, and perhaps how it is to be taken. Nothing said: nothing shown. */
export type Told = readonly [name: string, says: string | null | undefined, tone?: Tone]

/** Names in one column, what they say beside them, wrapped there. */
export function factRows(facts: readonly Told[], width: number): readonly Row[] {
  const told = facts.filter(([, says]) => says !== null && says !== undefined && says !== '')
  const names = Math.min(16, Math.max(0, ...told.map(([name]) => cells(name))))
  return told.flatMap(([name, says, tone = 'plain']) => {
    const lines = paragraph(says ?? '', width - names - 2, tone)
    return lines.map(
      (line, index): Row => [{ text: `${(index === 0 ? name : '').padEnd(names)}  `, tone: 'quiet' }, ...line],
    )
  })
}

/** Plain data as `name: value` lines, nested ones indented. */
export function dataRows(value: unknown, width: number, indent = ''): readonly Row[] {
  return lines(value, indent).flatMap(line => verbatim(line, width))
}

function lines(value: unknown, indent: string): readonly string[] {
  if (value === null || typeof value !== 'object') return [`${indent}${String(value)}`]
  const entries = Object.entries(value)
  if (entries.length === 0) return [`${indent}${Array.isArray(value) ? 'none' : '-'}`]
  return entries.flatMap(([name, inner]) => {
    const label = Array.isArray(value) ? '-' : `${name}:`
    return inner === null || typeof inner !== 'object'
      ? String(inner ?? 'null')
          .split('\n')
          .map((text, index) => `${indent}${index === 0 ? label : ' '.repeat(label.length)} ${text}`)
      : [`${indent}${label}`, ...lines(inner, `${indent}  `)]
  })
}
