import { oneLine } from '../../text.ts'
import { spanText } from '../../times.ts'
import { prices, turnPrices } from './prices.ts'
import type { Judged } from './judged.ts'

/** `cost`: its price. `points`: what it took; less than its price where nothing more was left. */
export type Deduction = {
  readonly what: string
  readonly cost: number
  readonly points: number
  /** The run it happened in, and when; null: it did not happen, which is why it costs. */
  readonly run: string | null
  readonly at: string | null
}

/** `left` null: it was not played, so that there is nothing to judge. */
export type Points = {
  readonly left: number | null
  readonly why: string | null
  readonly deductions: readonly Deduction[]
}

type Priced = Omit<Deduction, 'points'>

export function pointsOf(judged: Judged): Points {
  const why = whyNone(judged)
  if (why !== null) return { left: null, why, deductions: [] }
  let left = 100
  const deductions = pricedOf(judged).map((one): Deduction => {
    const points = Math.min(left, one.cost)
    left -= points
    return { ...one, points }
  })
  return { left, why: null, deductions }
}

function whyNone({ began, first, players, unread }: Judged): string | null {
  if (began === null) return 'it never began'
  if (first === null) return 'nothing was injected'
  if (unread.length > 0) return `the journal of ${unread.join(', ')} is not here`
  return players.length === 0 ? 'nobody played' : null
}

/** In the order people look for them: what was decided, what was done, how long it took, what was left undone. */
function pricedOf(judged: Judged): readonly Priced[] {
  return [
    ...decided(judged),
    ...judged.turns.map(({ kind, says, run, at, by }) => priced(`${by} ${says}`, turnPrices[kind], run, at)),
    ...judged.again.flatMap(({ run, after, changed }) =>
      changed.length === 0
        ? []
        : [
            priced(
              `what ${after} had reached was not there any more: run again, it changed ${oneLine(changed.join(', '), 300)}`,
              prices.again,
              run,
            ),
          ],
    ),
    ...missed(judged),
    ...judged.hints.flatMap(({ text, cost, taken }) =>
      taken === null || cost === 0 ? [] : [priced(`${taken.by} took a hint: ${text}`, cost, null, taken.at)],
    ),
    ...undone(judged),
  ]
}

function decided({ decision: { expected, made, asExpected, changedInstead }, ended }: Judged): readonly Priced[] {
  const last = made.at(-1)
  const said = `changed what should have been left alone: ${oneLine(changedInstead.join(', '), 300)}`
  const instead = changedInstead.length === 0 ? [] : [priced(said, prices.rolledBackInstead, last?.run ?? null)]
  if (last === undefined)
    return isCutOff(ended)
      ? instead
      : [priced(`nothing was decided; the answer was: ${expected}`, prices.anotherDecision), ...instead]
  if (asExpected !== true)
    return [
      priced(
        `${last.by} decided: ${last.choice}; the answer was: ${expected}`,
        prices.anotherDecision,
        last.run,
        last.at,
      ),
      ...instead,
    ]
  const before = made.slice(0, -1).find(({ choice }) => choice !== expected)
  if (before === undefined) return instead
  return [priced(`${before.by} first decided: ${before.choice}`, prices.atFirst, before.run, before.at), ...instead]
}

function missed({ measures }: Judged): readonly Priced[] {
  return measures.flatMap(({ id, tookMs, waitedMs, targetMs, to, standing }) => {
    if (standing !== 'missed' || targetMs === null) return []
    if (tookMs === null && (waitedMs ?? 0) <= targetMs)
      return [priced(`${id}: given up, what was played is closed without it`, prices.missed, null, to)]
    const took = tookMs === null ? `not within ${spanText(waitedMs ?? 0)}` : spanText(tookMs)
    return [priced(`${id}: ${took}, target ${spanText(targetMs)}`, prices.missed, null, to)]
  })
}

/** A drill that was cut off takes nothing for what was still to come. */
function undone({ answers, checked, records, ended }: Judged): readonly Priced[] {
  if (isCutOff(ended)) return []
  const silent = answers.filter(({ wantsAnswer, answer }) => wantsAnswer && answer === null)
  return [
    ...silent.map(({ text, at }) => priced(`nobody answered: ${text}`, prices.unanswered, null, at)),
    ...checked.flatMap(({ run, inconclusive, notRun, overridden }) => [
      // What was accepted over them has cost its points already.
      ...(overridden ? [] : inconclusive.map(name => priced(`check ${name} showed nothing`, prices.inconclusive, run))),
      ...notRun.map(name => priced(`check ${name} was not run`, prices.notRun, run)),
    ]),
    ...records.flatMap(({ run, missing }) =>
      missing.map(({ title, evidence }) => priced(`the record lacks: ${title} (${evidence})`, prices.recordItem, run)),
    ),
  ]
}

/** It goes on, or was ended by something that those who played could not count on; the deadline they knew. */
function isCutOff(ended: Judged['ended']): boolean {
  return ended === null || (ended.why !== 'finished' && ended.why !== 'deadline')
}

function priced(what: string, cost: number, run: string | null = null, at: string | null = null): Priced {
  return { what, cost, run, at }
}
