import { canonical } from './json.ts'
import type { Plan, Step } from './plan.ts'

/** What is other in a plan than in the one it comes after, for a person who has read that one. */
export function planDiff(before: Plan, after: Plan): readonly string[] {
  return [
    ...changed('target', before.target.version, after.target.version),
    ...changed('order', before.order, after.order),
    ...gone(before.blockers, after.blockers, 'blocked: '),
    ...stepsDiff(before.steps, after.steps),
    ...gone(before.atRisk.map(at), after.atRisk.map(at), 'at risk: '),
    ...gone(before.warnings, after.warnings, 'warning: '),
  ]
}

function changed(what: string, before: string, after: string): readonly string[] {
  return before === after ? [] : [`${what}: ${before} -> ${after}`]
}

function gone(before: readonly string[], after: readonly string[], what: string): readonly string[] {
  return [
    ...before.filter(one => !after.includes(one)).map(one => `- ${what}${one}`),
    ...after.filter(one => !before.includes(one)).map(one => `+ ${what}${one}`),
  ]
}

/** By what they do: one that only waits for others in another way is the same. */
function stepsDiff(before: readonly Step[], after: readonly Step[]): readonly string[] {
  const [was, is] = [new Set(before.map(done)), new Set(after.map(done))]
  return [
    ...before.filter(step => !is.has(done(step))).map(({ title }) => `- ${title}`),
    ...after.filter(step => !was.has(done(step))).map(({ title }) => `+ ${title}`),
  ]
}

function done({ title, command }: Step): string {
  return `${title} ${canonical(command)}`
}

function at({ database, table, column, rows, archived }: Plan['atRisk'][number]): string {
  const what = column === null ? table : `${table}.${column}`
  return `${rows} rows of ${database} ${what}${archived ? ', archived first' : ''}`
}
