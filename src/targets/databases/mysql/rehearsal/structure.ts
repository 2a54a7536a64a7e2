import type { SchemaObject } from '../../../../state/facts.ts'
import type { Evidence } from '../../../outcome.ts'
import type { Query, Row } from '../../query.ts'
import { makeAll, type Left } from '../act/restore/make-anew.ts'
import { eventsAsleep } from '../act/restore/events-asleep.ts'
import { definitionsOf, type Definition } from '../restore/definitions.ts'
import { within } from '../restore/sides.ts'
import type { Session } from '../session.ts'

/** A schema as text that makes it again. `events`: those that are awake, and sleep in a clone. */
export type Structure = {
  readonly tables: readonly { readonly name: string; readonly text: string }[]
  readonly definitions: readonly Definition[]
  readonly events: readonly string[]
}

export async function structureOf(query: Query, schema: string): Promise<Structure> {
  const rows = await query(
    "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = ? AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE') ORDER BY table_type = 'SEQUENCE' DESC, table_name",
    schema,
  )
  const tables: { name: string; text: string }[] = []
  for (const [name, type] of rows.map(row => Object.values(row).map(String))) {
    if (name === undefined || name.startsWith('_astern_')) continue
    const [shown] = await query(`SHOW CREATE ${type === 'SEQUENCE' ? 'SEQUENCE' : 'TABLE'} ${within(schema, name)}`)
    tables.push({ name, text: textIn(shown) })
  }
  const awake = await query(
    "SELECT event_name FROM information_schema.events WHERE event_schema = ? AND status = 'ENABLED'",
    schema,
  )
  const definitions = await definitionsOf(query, schema)
  return {
    tables,
    definitions: definitions.map(one => ({ ...one, text: eventsAsleep(withoutDefiner(one.text)) })),
    events: awake.map(row => String(Object.values(row)[0])),
  }
}

function textIn(row: Row | undefined): string {
  return String(Object.values(row ?? {})[1])
}

/** What is called in a clone is done by the account that rehearses, and in nobody else's name. */
export function withoutDefiner(text: string): string {
  return text.replace(/^(\s*CREATE\b[^"'(]{0,80}?) DEFINER\s*=\s*`(?:[^`]|``)*`(?:@`(?:[^`]|``)*`)?/i, '$1')
}

/** Without a look at what refers to what: the rows come later. */
export async function makeTables({ run }: Session, { tables }: Structure): Promise<void> {
  for (const { text } of tables) await run(text)
}

/** After the rows, or triggers would count them once more. What was refused is told: a clone without it is no clone. */
export async function makePrograms(
  session: Session,
  { definitions }: Structure,
  evidence: Evidence,
): Promise<readonly Left[]> {
  return makeAll({ session, evidence }, definitions)
}

/** A clone's schema as it would be with its events awake, for a comparison with what serves. */
export function awakened(schema: readonly SchemaObject[], events: readonly string[]): readonly SchemaObject[] {
  return schema.map(object => {
    if (object.kind !== 'event' || !events.includes(object.name)) return object
    return { ...object, definition: object.definition.replace('"enabled":false', '"enabled":true') }
  })
}
