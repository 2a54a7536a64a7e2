import { isAlias, isMap, isScalar, isSeq, parseDocument, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Json } from '../../state/json.ts'
import { afterLine, endOf, endOfFile, indentAt, insert, lineStart, type Spliced } from './text.ts'
import { spell } from './spell.ts'

export type { Spliced } from './text.ts'

/** One value put where it belongs, in the manner of what stands around it. What is read is the text; it is never printed anew. */
export function setValue(
  text: string,
  path: readonly string[],
  { was, becomes }: { was: Json; becomes: Json },
): Spliced {
  const { node, rest, parents } = walk(text, path)
  if (node === null) return no('the file is empty')
  if (rest.length > 0) return addPair(text, node, rest, becomes)
  if (isSeq(node) && Array.isArray(becomes)) return addItems(text, node, added(was, becomes))
  const [from, to] = node.range ?? []
  if (from === undefined || to === undefined || parents.length === 0) return no('where it stands cannot be told')
  if (!isScalar(node) || node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')
    return no('it is written in a way that is better changed by hand')
  const quote = node.type === 'QUOTE_SINGLE' ? "'" : node.type === 'QUOTE_DOUBLE' ? '"' : null
  return { ok: true, text: text.slice(0, from) + spell(becomes, quote) + text.slice(to) }
}

/** A line of its own below what the path names, or below the nearest that is there. */
export function addComment(text: string, path: readonly string[], comment: string): Spliced {
  const { node, parents } = walk(text, path)
  const outer = parents.at(-1)
  if (node === null || outer === undefined) return { ok: true, text: endOfFile(text, comment) }
  const inside = isMap(node) && !node.flow ? node.items[0]?.key : isSeq(node) && !node.flow ? node.items[0] : null
  const indent = indentAt(text, startOf(text, (inside as Node | null) ?? keyOf(outer, node), isSeq(node) && !node.flow))
  return { ok: true, text: insert(text, afterLine(text, endOf(node)), indent + comment) }
}

type Walked = {
  readonly node: Node | null
  readonly rest: readonly string[]
  readonly parents: readonly (YAMLMap | YAMLSeq)[]
}

/** As far as the path is there. */
function walk(text: string, path: readonly string[]): Walked {
  const parents: (YAMLMap | YAMLSeq)[] = []
  let node = parseDocument(text).contents as Node | null
  for (const [index, part] of path.entries()) {
    const next = node === null ? null : childOf(node, part)
    if (next === null || (!isMap(node) && !isSeq(node))) return { node, rest: path.slice(index), parents }
    parents.push(node)
    node = next
  }
  return { node, rest: [], parents }
}

function childOf(node: Node, part: string): Node | null {
  if (isMap(node)) return (pairOf(node, part)?.value as Node | null | undefined) ?? null
  if (!isSeq(node)) return null
  return (node.items.find(item => isMap(item) && item.get('name') === part) as Node | undefined) ?? null
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find(pair => isScalar(pair.key) && String(pair.key.value) === key)
}

function keyOf(outer: YAMLMap | YAMLSeq, node: Node): Node {
  const pair = isMap(outer) ? outer.items.find(({ value }) => value === node) : undefined
  return (pair?.key as Node | undefined) ?? node
}

/** An item of a block list begins at its dash. */
function startOf(text: string, node: Node, dashed: boolean): number {
  const from = node.range?.[0] ?? 0
  return dashed ? Math.max(lineStart(text, from), text.lastIndexOf('-', from - 1)) : from
}

function addPair(text: string, map: Node, [key = '', ...rest]: readonly string[], value: Json): Spliced {
  if (isAlias(map)) return no('it is an alias: what it stands for is shared')
  if (!isMap(map) || pairOf(map, key) !== undefined) return no('it is written in a way that is better changed by hand')
  const inner = rest.reduceRight<Json>((held, name) => ({ [name]: held }), value)
  const pair = `${spell(key, null)}: ${spell(inner, null)}`
  const [first, last] = [map.items[0]?.key as Node | undefined, map.items.at(-1)]
  if (map.flow === true || first === undefined || last === undefined) return intoFlow(text, map, '{', pair)
  return { ok: true, text: insert(text, afterLine(text, endOf(map)), indentAt(text, first.range?.[0] ?? 0) + pair) }
}

function addItems(text: string, list: YAMLSeq, items: readonly Json[] | null): Spliced {
  if (items === null) return no('a list only ever grows')
  const first = list.items[0] as Node | undefined
  if (list.flow === true || first === undefined)
    return intoFlow(text, list, '[', items.map(item => spell(item, '"')).join(', '))
  const indent = indentAt(text, startOf(text, first, true))
  const lines = items.map(item => `${indent}- ${spell(item, '"')}`)
  return { ok: true, text: lines.reduceRight((now, line) => insert(now, afterLine(text, endOf(list)), line), text) }
}

/** After the last that stands in it, before whatever closes it. */
function intoFlow(text: string, node: YAMLMap | YAMLSeq, opens: string, inner: string): Spliced {
  const from = node.range?.[0]
  if (from === undefined) return no('where it stands cannot be told')
  const last = node.items.at(-1)
  if (last === undefined) {
    const after = text.indexOf(opens, from) + 1
    return { ok: true, text: `${text.slice(0, after)} ${inner} ${text.slice(after).trimStart()}` }
  }
  const end = endOf(last)
  return { ok: true, text: `${text.slice(0, end)}, ${inner}${text.slice(end)}` }
}

/** Null: something is gone that was there. */
function added(was: Json, becomes: readonly Json[]): readonly Json[] | null {
  const before = Array.isArray(was) ? (was as readonly Json[]) : []
  return before.every(item => becomes.includes(item)) ? becomes.filter(item => !before.includes(item)) : null
}

function no(why: string): Spliced {
  return { ok: false, why }
}
