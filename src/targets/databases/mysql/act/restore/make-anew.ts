import type { Definition } from '../../restore/definitions.ts'
import { quoteName } from '../../names.ts'
import { isMaria } from '../../sessions.ts'
import { Refused } from '../../trouble.ts'
import { withSettings } from '../with-settings.ts'
import type { Work } from './work.ts'

type Making = Pick<Work, 'session' | 'evidence'>

/** A view may need another that comes later: whoever was refused is asked again, as long as others come about. */
export async function makeAll(work: Making, due: readonly Definition[]): Promise<readonly Left[]> {
  let left: readonly Left[] = due.map(one => ({ one, error: new Refused(0, '') }))
  for (;;) {
    const refused: Left[] = []
    for (const { one } of left) {
      const error = await make(work, one)
      if (error !== null) refused.push({ one, error })
    }
    if (refused.length === 0 || refused.length === left.length) return refused
    left = refused
  }
}

export type Left = { readonly one: Definition; readonly error: Refused }

async function make(work: Making, one: Definition): Promise<Refused | null> {
  const { session, evidence } = work
  try {
    const text = await replacing(work, one)
    if (text === null) await dropOne(work, one)
    await withSettings(session, one.settings, () => session.run(text ?? one.text))
    evidence(`${one.kind} ${one.name} made anew`)
    return null
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
}

/** A routine that is replaced keeps who may run it. Null: this server cannot, or it is none. */
async function replacing({ session }: Making, { kind, text }: Definition): Promise<string | null> {
  if (kind !== 'function' && kind !== 'procedure') return null
  return (await isMaria(session.rows)) ? text.replace(/^CREATE (?!OR REPLACE )/, 'CREATE OR REPLACE ') : null
}

export async function dropOne({ session }: Making, { kind, name }: Definition): Promise<void> {
  await session.run(`DROP ${kind.toUpperCase()} IF EXISTS ${quoteName(name)}`)
}
