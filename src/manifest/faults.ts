import type { Document, LineCounter } from 'yaml'

/** One thing wrong with the file, where it is, and what to do. Lines and columns count from 1. */
export type ManifestFault = {
  readonly line: number
  readonly column: number
  /** `services.api.hosts[1]` */
  readonly path: string
  readonly what: string
  readonly next: string
}

export type Path = readonly (string | number)[]
/** Makes a fault with its place in the file. */
export type At = (path: Path, what: string, next: string) => ManifestFault

/** All faults, as a compiler would print them: `file:line:column  path: what`, then what to do. */
export function printFaults(file: string, faults: readonly ManifestFault[]): string {
  const sorted = [...faults].sort((a, b) => a.line - b.line || a.column - b.column)
  const lines = sorted.map(
    ({ line, column, path, what, next }) =>
      `${file}:${line}:${column}  ${path === '' ? '' : `${path}: `}${what}\n    next: ${next}`,
  )
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
  return `${lines.join('\n')}\n${count}; nothing was touched.\n`
}

export function pathText(path: Path): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}

/** Where in the file a path stands; a path that is not there stands where its nearest parent does. */
export function placeIn(
  document: Document,
  counter: LineCounter,
  path: Path,
): { readonly line: number; readonly column: number } {
  for (let length = path.length; length >= 0; length -= 1) {
    const range = rangeOf(document, path.slice(0, length))
    if (range === null) continue
    const { line, col } = counter.linePos(range)
    return { line, column: col }
  }
  return { line: 1, column: 1 }
}

type Ranged = { readonly range?: readonly [number, number, number] | null }

function rangeOf(document: Document, path: Path): number | null {
  if (path.length === 0) return (document.contents as Ranged | null)?.range?.[0] ?? 0
  const node = document.getIn(path, true) as Ranged | undefined
  if (node?.range == null) return null
  const key = keyOf(document, path)
  return key ?? node.range[0]
}

/** A key is found where it is written, which is where the eye looks for it. */
function keyOf(document: Document, path: Path): number | null {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const items = (parent as { readonly items?: readonly unknown[] } | null)?.items
  const pair = items?.find(
    item => String((item as { key?: { value?: unknown } }).key?.value) === String(path.at(-1)),
  ) as { key?: Ranged } | undefined
  return pair?.key?.range?.[0] ?? null
}
