import { grants } from '../../../names.ts'
import { quoteName } from '../../names.ts'
import type { Definition } from '../../restore/definitions.ts'
import { grantText, isOn, keptGrants, routineGrants, type RoutineGrant } from '../../restore/grants.ts'
import { Refused } from '../../trouble.ts'
import type { Work } from './work.ts'

/** In the transaction that keeps what they are on. `after`: of routines that are not there now, those a restore found that is taken back. */
export async function keepGrants({ config, session, context }: Work, after?: string): Promise<void> {
  const { database } = config.database
  const today = (await routineGrants(session.rows, database)) ?? []
  const before = after === undefined ? [] : await keptGrants(session.rows, after)
  const all = [...today, ...before.filter(one => !today.some(other => isOn(other, one)))]
  await session.run(`DELETE FROM ${quoteName(grants)} WHERE run = ?`, context.run)
  for (const { kind, name, account, rights, handed } of all)
    await session.run(
      `INSERT INTO ${quoteName(grants)} (run, kind, name, account, rights, handed) VALUES (?, ?, ?, ?, ?, ?)`,
      context.run,
      kind,
      name,
      account,
      rights,
      handed ? 1 : 0,
    )
}

/** Whoever held one on a routine that is there now holds it again; the statements of those that this account may not give. */
export async function giveAgain(
  { config, session, context, evidence }: Work,
  there: readonly Definition[],
): Promise<readonly string[]> {
  const { database } = config.database
  const held = (await routineGrants(session.rows, database)) ?? []
  const kept = await keptGrants(session.rows, context.run)
  const due = kept.filter(one => there.some(routine => isOn(one, routine)) && !held.some(other => isAlike(one, other)))
  const left: string[] = []
  for (const grant of due) {
    const sql = grantText(database, grant)
    try {
      await session.run(sql)
      evidence(sql)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      evidence(`not given again: ${sql}: ${error.message}`)
      left.push(sql)
    }
  }
  return left
}

function isAlike(one: RoutineGrant, other: RoutineGrant): boolean {
  return isOn(one, other) && one.account === other.account && one.rights === other.rights && one.handed === other.handed
}
