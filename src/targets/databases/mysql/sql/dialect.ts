import { blank, replace, type Mark } from './marks.ts'
import { isBeforeName, isName, times, types } from './words.ts'

/** What was left out and bears on the meaning. */
export type LeftOut = { readonly conditions: number[]; readonly besides: string[] }

/** Takes out what is MariaDB's alone and leaves the meaning; the grammar refuses the rest, and so does a reader. */
export function mariaDb(marks: readonly Mark[]): LeftOut {
  const left: LeftOut = { conditions: [], besides: [] }
  const verb = marks[0]?.word ?? ''
  for (const index of marks.keys()) {
    const here = { verb, marks, index, left }
    if (['INSERT', 'REPLACE', 'DELETE'].includes(verb)) returning(here)
    if (!['ALTER', 'CREATE', 'DROP', 'RENAME', 'TRUNCATE'].includes(verb)) continue
    conditions(here)
    prefixes(here)
    waits(here)
    columns(here)
    if (verb === 'ALTER' && marks[index]?.depth === 0) clauses(here)
  }
  return left
}

/** Names that the grammar does not take for names. */
export function aliases(marks: readonly Mark[]): void {
  for (const [index, mark] of marks.entries()) {
    if (isName(mark.word) && isBeforeName(marks[index - 1])) mark.shadow = 'x'.repeat(mark.text.length)
  }
}

type Here = { readonly verb: string; readonly marks: readonly Mark[]; readonly index: number; readonly left: LeftOut }

function returning({ marks, index }: Here): void {
  if (marks[index]?.word === 'RETURNING' && marks[index].depth === 0) blank(...marks.slice(index))
}

function conditions({ marks, index, left }: Here): void {
  const [mark, next, third] = marks.slice(index, index + 3)
  if (mark?.word !== 'IF') return
  const negative = next?.word === 'NOT' && third?.word === 'EXISTS'
  if (!negative && next?.word !== 'EXISTS') return
  left.conditions.push(mark.at)
  blank(mark, next, negative ? third : undefined)
}

/** What stands between the verb and TABLE. */
function prefixes({ verb, marks, index, left }: Here): void {
  const [mark, next] = marks.slice(index, index + 2)
  if (index !== 1 || mark === undefined) return
  if (mark.word === 'OR' && next?.word === 'REPLACE' && verb === 'CREATE') {
    blank(mark, next)
    left.besides.push('OR REPLACE')
  }
  if (mark.word === 'ONLINE' || mark.word === 'OFFLINE') blank(mark)
  if (mark.word === 'IGNORE') {
    blank(mark)
    left.besides.push('IGNORE')
  }
  if (mark.word === 'TABLES') replace(mark, 'TABLE')
}

function waits({ marks, index }: Here): void {
  const [before, mark, next] = [marks[index - 1], marks[index], marks[index + 1]]
  if (mark?.word === 'WAIT' && next?.kind === 'number') blank(mark, next)
  if (mark?.word === 'NOWAIT' && !isBeforeName(before)) blank(mark)
  if (mark?.word === 'NOCOPY' && (before?.word === 'ALGORITHM' || before?.text === '=')) replace(mark, 'COPY')
}

function columns({ marks, index }: Here): void {
  const [before, mark, next, third] = [marks[index - 1], marks[index], marks[index + 1], marks[index + 2]]
  if (mark?.word === 'PERSISTENT') replace(mark, 'STORED')
  const isWith = mark?.word === 'WITH' || mark?.word === 'WITHOUT'
  if (isWith && next?.word === 'SYSTEM' && third?.word === 'VERSIONING') blank(mark, next, third)
  if (types.has(mark?.word ?? '') && next?.text !== '(' && (before?.kind === 'name' || !isBeforeName(before)))
    replace(mark, 'JSON')
  if (mark?.word !== 'DEFAULT' || next?.kind !== 'word' || third?.text !== '(' || times.has(next.word)) return
  // A function without parentheses around it.
  const end = marks.findIndex(({ text, depth }, place) => place > index + 2 && text === ')' && depth === third.depth)
  replace(next, '0')
  blank(...marks.slice(index + 2, end + 1))
}

/** Of ALTER TABLE. */
function clauses({ marks, index, left }: Here): void {
  const [before, mark, next] = [marks[index - 1], marks[index], marks[index + 1]]
  const isLast = next === undefined || next.text === ','
  const isAction = before?.word === 'DELETE' || before?.word === 'UPDATE'
  if ((mark?.word === 'RESTRICT' || mark?.word === 'CASCADE') && isLast && !isAction) blank(mark)
  if (mark?.word === 'PARTITION' && next?.word === 'BY') leaveOut(marks.slice(index), before, 'PARTITION BY')
  const versions = (mark?.word === 'ADD' || mark?.word === 'DROP') && next?.word === 'SYSTEM'
  if (!versions || marks[index + 2]?.word !== 'VERSIONING') return
  leaveOut(marks.slice(index, index + 3), before, `${mark.word} SYSTEM VERSIONING`)

  function leaveOut(part: readonly Mark[], beside: Mark | undefined, words: string): void {
    left.besides.push(words)
    const comma =
      beside?.text === ',' ? beside : marks[index + part.length]?.text === ',' ? marks[index + part.length] : undefined
    blank(comma, ...part)
  }
}
