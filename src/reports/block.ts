import type { Tone } from '../state/lines.ts'

/** A document's parts as plain data; Markdown and HTML only spell them, so they cannot disagree. Text is raw: the speller escapes it. */
export type Block =
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly Row[] }
  | { readonly kind: 'bars'; readonly bars: readonly Bar[]; readonly wholeMs: number }
  /** What only a person can answer. */
  | { readonly kind: 'asked'; readonly questions: readonly string[] }

export type Section = { readonly title: string; readonly blocks: readonly Block[] }

export type ReportDocument = { readonly title: string; readonly sections: readonly Section[] }

/** A label and its value; an empty value is left out. */
export type Fact = readonly [label: string, value: string]
export type Row = {
  readonly cells: readonly string[]
  readonly tone: Tone
  /** Of each cell what part of it failed, 0 to 1, where it counts something; drawn where there is a picture. */
  readonly failed?: readonly (number | null)[]
}

/** When a step was estimated to run, and ran; milliseconds since the first step began. */
export type Bar = {
  readonly title: string
  readonly status: string
  readonly startMs: number
  readonly estimateMs: number
  readonly attempts: readonly { readonly startMs: number; readonly endMs: number; readonly failed: boolean }[]
  readonly says: string
  readonly tone: Tone
}

export function facts(...all: readonly Fact[]): Block {
  return { kind: 'facts', facts: all.filter(([, value]) => value !== '') }
}

export function list(items: readonly string[], otherwise = 'None.'): Block {
  return items.length === 0 ? { kind: 'text', text: otherwise } : { kind: 'list', items }
}

export function table(head: readonly string[], rows: readonly Row[], otherwise = 'None.'): Block {
  return rows.length === 0 ? { kind: 'text', text: otherwise } : { kind: 'table', head, rows }
}

export function row(cells: readonly string[], tone: Tone = 'plain'): Row {
  return { cells, tone }
}

export function asked(...questions: readonly string[]): Block {
  return { kind: 'asked', questions }
}
