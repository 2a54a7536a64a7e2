import type { Fault } from '../../../../../state/fault.ts'
import { restoreMark, type RestoreCommand } from '../../../../../state/restore-command.ts'
import { definitionsOf, keptDefinitions, type Definition, type Kind } from '../../restore/definitions.ts'
import { findMark } from '../../marks.ts'
import { swappedTables, type Swapped } from '../../restore/sides.ts'
import { ensureMarks, markDone } from '../marks.ts'
import { inTransaction } from '../transaction.ts'
import { eventsAwake } from './events-asleep.ts'
import { giveAgain } from './grants.ts'
import { dropOne, makeAll } from './make-anew.ts'
import { nothingBeside } from './nothing-beside.ts'
import type { Work } from './work.ts'

type Hook = Extract<RestoreCommand, { kind: 'database.hook' }>

/** What is not as it is wanted is made anew, with its definer and with who may run it; what is wanted nowhere goes, its text kept. */
export async function hook(work: Work, command: Hook): Promise<string | Fault> {
  const { config, session, context, evidence } = work
  const areKept = (await findMark(session.rows, config, context, 'definitions kept'))?.done === true
  if (!areKept && command.as === 'backup') return nothingBeside(config.name)
  if (!areKept) return untouched(work, command)
  const swapped = await swappedTables(session.rows, context.run)
  const { wanted, instead } = await wantedBy(work, command, swapped)
  const present = (await definitionsOf(session.rows, config.database.database)).filter(
    one => one.kind !== 'trigger' || isOn(one, swapped) || wanted.some(other => isSame(one, other)),
  )
  const extra = present.filter(one => !wanted.some(other => isSame(one, other)))
  for (const one of extra) {
    evidence(`${one.kind} ${one.name} goes: it is not in the backup`)
    await dropOne(work, one)
  }
  const due = wanted.filter(one => !present.some(other => isSame(one, other) && isLike(one, other)))
  const left = await makeAll(work, due)
  const refused = left.filter(({ one }) => !instead.has(one.kind))
  if (refused[0] !== undefined) throw refused[0].error
  for (const { one, error } of left)
    evidence(`${one.kind} ${one.name} of today does not fit the restored schema, and is left out: ${error.message}`)
  const ungiven = await giveAgain(work, wanted)
  await inTransaction(session, () => markDone(session, context, restoreMark(command), config.now().toISOString()))
  const without = left.length === 0 ? '' : `; left out: ${left.map(({ one }) => `${one.kind} ${one.name}`).join(', ')}`
  const kinds = [...instead].map(kind => `${kind}s`).join(', ')
  const kept = instead.size === 0 ? '' : `; the backup holds no ${kinds}: today’s stay`
  const by = ungiven.length === 0 ? '' : `; to be given by somebody who may: ${ungiven.join('; ')}`
  return `${due.length - left.length} made anew, ${extra.length} gone${kept}${without}${by}`
}

/** Nothing is taken off before all of it is kept. */
async function untouched({ config, session, context }: Work, command: Hook): Promise<string> {
  await ensureMarks(session)
  await inTransaction(session, () => markDone(session, context, restoreMark(command), config.now().toISOString()))
  return 'nothing had been taken off'
}

/** A backup that holds none of a kind was taken without them: then today's stay. `instead`: kinds of which that is so. */
async function wantedBy(
  { session, context }: Work,
  { as }: Hook,
  swapped: readonly Swapped[],
): Promise<{ readonly wanted: readonly Definition[]; readonly instead: ReadonlySet<Kind> }> {
  const today = await keptDefinitions(session.rows, context.run, 'today')
  const there = (kind: 'today' | 'backup') => swapped.filter(one => one[kind])
  const onTables = (all: readonly Definition[], tables: readonly Swapped[]) =>
    all.filter(one => one.kind !== 'trigger' || isOn(one, tables))
  // Triggers of tables that stayed were never taken off.
  if (as === 'today') return { wanted: onTables(today, swapped.length === 0 ? [] : there('today')), instead: new Set() }
  const backup = (await keptDefinitions(session.rows, context.run, 'backup')).map(one => ({
    ...one,
    text: eventsAwake(one.text),
  }))
  const instead = new Set(
    (['function', 'procedure', 'trigger', 'event'] as const).filter(
      kind => today.some(one => one.kind === kind) && !backup.some(one => together(one.kind) === together(kind)),
    ),
  )
  const wanted = [...backup, ...today.filter(({ kind }) => instead.has(kind as 'event'))]
  return { wanted: onTables(wanted, there('backup')), instead }
}

/** Dumped by one switch. */
function together(kind: Kind): string {
  return kind === 'function' ? 'procedure' : kind
}

function isOn({ table }: Definition, swapped: readonly Swapped[]): boolean {
  return swapped.some(one => one.table === table)
}

function isSame(one: Definition, other: Definition): boolean {
  return one.kind === other.kind && one.name === other.name
}

/** The same text read in another sql_mode is another program. */
function isLike(one: Definition, other: Definition): boolean {
  return one.text === other.text && one.settings.mode === other.settings.mode
}
