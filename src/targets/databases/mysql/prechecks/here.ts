import type { LiveTable, Model } from './model.ts'
import type { Precheck } from '../../../../state/planner/prechecked.ts'
import type { Question } from './precheck.ts'

/** What was found on the way without looking at rows, and what rows have to be asked. */
export type Found = { readonly prechecks: Precheck[]; readonly questions: Question[] }

/** One effect of one statement, on the schema that the statements before it left. */
export type Here = {
  readonly model: Model
  readonly found: Found
  readonly statement: number
  /** How the statement is called where it is what something waits for. */
  readonly head: string
}

/** The table, or a finding that there is none. */
export function tableOf(here: Here, name: string): LiveTable | null {
  const table = here.model.table(name)
  if (table === undefined) missing(here, name, `there is no table ${name}`)
  return table ?? null
}

/** What stands in the way without being a row. */
export function missing(here: Here, table: string, what: string): void {
  const { statement, model } = here
  if (model.unsure !== null) return later(here, table, what, model.unsure)
  here.found.prechecks.push({ statement, table, what, rows: 0, examples: [] })
}

/** What only shows once another statement has run. */
export function later({ statement, found }: Here, table: string, what: string, before: string): void {
  found.prechecks.push({ statement, table, what: `${what}: not known before ${before}`, rows: null, examples: [] })
}
