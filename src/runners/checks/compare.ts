import type { Verdict } from '../../state/check-result.ts'
import { canonical, type Json } from '../../state/json.ts'
import type { Comparison } from '../../state/check.ts'
import { oneLine } from '../../state/text.ts'

export type Judged = { readonly verdict: Verdict; readonly says: string }

/** `cut`: there was more than was read, so that what it lacks, or how long it is, is not known. */
export type Value = { readonly value: Json | undefined; readonly cut?: boolean }

/** Each part of a comparison; the first that does not hold speaks. A value that is not there is compared with nothing. */
export function compare(what: string, comparison: Comparison, { value, cut = false }: Value): Judged {
  const { exists } = comparison
  const { exists: _, ...rest } = comparison
  if (exists === false) {
    return value === undefined ? pass(`${what} is not there`) : fail(`expected no ${what}, got ${shown(value)}`)
  }
  if (value === undefined) {
    return exists === true ? fail(`expected ${what}, it is not there`) : unclear(`there is no ${what} to compare`)
  }
  const entries = Object.entries(rest) as readonly (readonly [keyof typeof parts, Json])[]
  if (entries.length === 0)
    return exists === true ? pass(`${what} is there`) : unclear(`${what} is compared with nothing`)
  const judged = entries.map(([part, wanted]) => {
    const found = parts[part](what, wanted, value)
    return cut && found.verdict !== told[part]
      ? unclear(`there is more of ${what} than was read: ${found.says}`)
      : found
  })
  return (
    judged.find(({ verdict }) => verdict === 'fail') ??
    judged.find(({ verdict }) => verdict !== 'pass') ??
    pass(judged.map(({ says }) => says).join(', '))
  )
}

/** What a part of a text can tell of the whole. */
const told: Readonly<Partial<Record<string, Verdict>>> = { contains: 'pass', matches: 'pass', lacks: 'fail' }

type Part = (what: string, wanted: Json, value: Json) => Judged

const parts: Readonly<Record<Exclude<keyof Comparison, 'exists'>, Part>> = {
  equals: (what, wanted, value) =>
    same(wanted, value)
      ? pass(`${what} ${shown(value)}`)
      : fail(`expected ${what} ${shown(wanted)}, got ${shown(value)}`),
  not: (what, wanted, value) =>
    same(wanted, value) ? fail(`expected ${what} other than ${shown(wanted)}`) : pass(`${what} ${shown(value)}`),
  contains: (what, wanted, value) =>
    has(value, wanted)
      ? pass(`${what} contains ${quoted(wanted)}`)
      : fail(`expected ${what} with ${quoted(wanted)}, got ${quoted(value)}`),
  lacks: (what, wanted, value) =>
    has(value, wanted)
      ? fail(`expected ${what} without ${quoted(wanted)}, got ${quoted(around(value, String(wanted)))}`)
      : pass(`${what} lacks ${quoted(wanted)}`),
  matches: (what, wanted, value) =>
    new RegExp(String(wanted), 'm').test(textOf(value))
      ? pass(`${what} matches /${String(wanted)}/`)
      : fail(`expected ${what} to match /${String(wanted)}/, got ${quoted(value)}`),
  atLeast: (what, wanted, value) => bound(what, wanted, value, 'at least', number => number >= Number(wanted)),
  atMost: (what, wanted, value) => bound(what, wanted, value, 'at most', number => number <= Number(wanted)),
  count: (what, wanted, value) => {
    const length = typeof value === 'string' || Array.isArray(value) ? value.length : null
    if (length === null) return unclear(`${what} is no list and no text, so it has no count: ${shown(value)}`)
    return length === wanted
      ? pass(`${what} has ${length}`)
      : fail(`expected ${shown(wanted)} in ${what}, got ${length}`)
  },
}

function bound(what: string, wanted: Json, value: Json, words: string, holds: (value: number) => boolean): Judged {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || Number.isNaN(number)) return unclear(`${what} is no number: ${shown(value)}`)
  return holds(number)
    ? pass(`${what} ${shown(value)}`)
    : fail(`expected ${what} of ${words} ${shown(wanted)}, got ${shown(value)}`)
}

function has(value: Json, wanted: Json): boolean {
  return Array.isArray(value) ? value.some((item: Json) => same(item, wanted)) : textOf(value).includes(String(wanted))
}

function same(one: Json, other: Json): boolean {
  return canonical(one) === canonical(other)
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : canonical(value)
}

/** The line it stands in: in a log, the one that matters. */
function around(value: Json, wanted: string): Json {
  return typeof value === 'string' ? (value.split('\n').find(line => line.includes(wanted)) ?? value) : value
}

export function shown(value: Json): string {
  return oneLine(textOf(value), 80)
}

function quoted(value: Json): string {
  return `"${shown(value)}"`
}

export function pass(says: string): Judged {
  return { verdict: 'pass', says }
}

export function fail(says: string): Judged {
  return { verdict: 'fail', says }
}

export function unclear(says: string): Judged {
  return { verdict: 'inconclusive', says }
}
