import { definitions } from '../../names.ts'
import type { Query, Row } from '../../query.ts'
import { quoteName } from '../names.ts'
import { Refused } from '../trouble.ts'
import { within } from './sides.ts'

/** What hangs on tables or stands beside them, as text that makes it again. */
export type Definition = {
  readonly kind: Kind
  readonly name: string
  /** Of a trigger. */
  readonly table: string | null
  /** Triggers of one moment fire in this order. */
  readonly place: number
  readonly text: string
  readonly settings: Settings
}

export type Kind = 'function' | 'procedure' | 'view' | 'trigger' | 'event'

/** What of a session became part of it when it was made. */
export type Settings = {
  readonly mode?: string
  readonly charset?: string
  readonly collation?: string
  readonly zone?: string
}

/**
 * All of a schema. A view's text names no schema, so that it means whichever it is made in: from within the schema the server leaves
 * it out. What else there is says what its author wrote.
 */
export async function definitionsOf(
  query: Query,
  schema: string,
  kinds: readonly Kind[] = order,
): Promise<readonly Definition[]> {
  const named = (await namesOf(query, schema)).filter(({ kind }) => kinds.includes(kind))
  return from(query, schema, async () => {
    const found: Definition[] = []
    for (const { kind, name, table, place } of named) {
      const [row = {}] = await query(`SHOW CREATE ${kind.toUpperCase()} ${within(schema, name)}`)
      const text = kind === 'view' ? unqualified(textIn(row), schema) : textIn(row)
      found.push({ kind, name, table, place, text, settings: settingsIn(row) })
    }
    return found
  })
}

async function from<T>(query: Query, schema: string, work: () => Promise<T>): Promise<T> {
  const [here] = await query('SELECT DATABASE() AS name')
  await query(`USE ${quoteName(schema)}`)
  return work().finally(() => (here?.['name'] == null ? [] : query(`USE ${quoteName(String(here['name']))}`)))
}

/** Functions have their schema all the same; and tables, where one of them is of another; and columns, where the definer may not read them here. */
function unqualified(text: string, schema: string): string {
  const own = `${quoteName(schema)}.`
  const [first = '', ...rest] = text.split(own)
  const all = [first, ...rest.slice(0, -1)].some(before => /\b(?:from|join) \(*$/.test(before))
  const isOwn = (after: string): boolean => /^`(?:[^`]|``)+`(?:\(|\.`)/.test(after)
  return first + rest.map(after => (all || isOwn(after) ? after : own + after)).join('')
}

async function namesOf(query: Query, schema: string): Promise<readonly Omit<Definition, 'text' | 'settings'>[]> {
  const rows = await query(
    `SELECT LOWER(routine_type) AS kind, routine_name AS name, NULL AS tbl, 0 AS place FROM information_schema.routines WHERE routine_schema = ? AND routine_type IN ('FUNCTION', 'PROCEDURE')
      UNION ALL SELECT 'view', table_name, NULL, 0 FROM information_schema.views WHERE table_schema = ?
      UNION ALL SELECT 'trigger', trigger_name, event_object_table, action_order FROM information_schema.triggers WHERE trigger_schema = ?
      UNION ALL SELECT 'event', event_name, NULL, 0 FROM information_schema.events WHERE event_schema = ?`,
    schema,
    schema,
    schema,
    schema,
  )
  const all = rows.map(({ kind, name, tbl, place }) => ({
    kind: String(kind) as Kind,
    name: String(name),
    table: tbl == null ? null : String(tbl),
    place: Number(place),
  }))
  return all.sort(inOrder)
}

function inOrder(a: Omit<Definition, 'text' | 'settings'>, b: typeof a): number {
  return order.indexOf(a.kind) - order.indexOf(b.kind) || a.place - b.place || (a.name < b.name ? -1 : 1)
}

/** Each after what it may need. */
const order: readonly Kind[] = ['function', 'procedure', 'view', 'trigger', 'event']

function textIn(row: Row): string {
  const [, text] = Object.entries(row).find(([column]) => /^(?:Create |SQL Original)/.test(column)) ?? []
  // The server shows a body only to its definer, or to whoever may read mysql.proc or SHOW_ROUTINE.
  if (text == null) throw new Refused(1370, 'its text may not be read by this account')
  return String(text)
}

function settingsIn(row: Row): Settings {
  const [mode, charset, collation, zone] = [
    'sql_mode',
    'character_set_client',
    'collation_connection',
    'time_zone',
  ].map(column => row[column])
  return {
    ...(mode == null ? {} : { mode: String(mode) }),
    ...(charset == null ? {} : { charset: String(charset) }),
    ...(collation == null ? {} : { collation: String(collation) }),
    ...(zone == null ? {} : { zone: String(zone) }),
  }
}

/** As a run kept them before it took anything away. */
export async function keptDefinitions(
  query: Query,
  run: string,
  side: 'today' | 'backup',
): Promise<readonly Definition[]> {
  const rows = await query(
    `SELECT kind, name, tbl, place, text, settings FROM ${quoteName(definitions)} WHERE run = ? AND side = ?`,
    run,
    side,
  )
  const all = rows.map(row => ({
    kind: String(row['kind']) as Kind,
    name: String(row['name']),
    table: row['tbl'] == null ? null : String(row['tbl']),
    place: Number(row['place']),
    text: String(row['text']),
    settings: JSON.parse(String(row['settings'])) as Settings,
  }))
  return all.sort(inOrder)
}
