import { isMap, isPair, isSeq, type Node } from 'yaml'

export type Spliced = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string }

/** Where the last thing of it ends; a comment behind it is not it. */
export function endOf(node: unknown): number {
  if (isPair(node)) {
    const value = node.value as Node | null
    const end = value === null ? undefined : endOf(value)
    return Math.max(end ?? 0, (node.key as Node).range?.[1] ?? 0)
  }
  if ((isMap(node) || isSeq(node)) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1))
  return (node as Node).range?.[1] ?? 0
}

/** The end of that line, before its line break; a block of text has had its own. */
export function afterLine(text: string, offset: number): number {
  const from = text[offset - 1] === '\n' ? offset - 1 : offset
  const end = text.indexOf('\n', from)
  if (end === -1) return text.length
  return text[end - 1] === '\r' ? end - 1 : end
}

/** A line of its own after the one that ends there. */
export function insert(text: string, end: number, line: string): string {
  return `${text.slice(0, end)}${breakOf(text)}${line}${text.slice(end)}`
}

export function endOfFile(text: string, line: string): string {
  const lead = text === '' || text.endsWith('\n') ? '' : breakOf(text)
  return `${text}${lead}${line}${breakOf(text)}`
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** As far in as what stands there, whatever stands before it. */
export function indentAt(text: string, offset: number): string {
  return ' '.repeat(offset - lineStart(text, offset))
}

function breakOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}
