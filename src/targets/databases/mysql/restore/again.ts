import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { covers, grantsOf, has, type Grant } from '../rights.ts'
import { grantText, routineGrants } from './grants.ts'

/**
 * What the account lacks to make again what a restore takes off or replaces; null: nothing, or that is not told. Without TRIGGER and
 * EVENT it is not even shown what is there.
 */
export async function cannotMake(query: Query, config: MysqlConfig): Promise<string | null> {
  const { database, account } = config.database
  const grants = await grantsOf(query, config)
  if (grants === null) return null
  const made = await madeOf(query, database)
  const is = (...kinds: readonly string[]): boolean => made.some(({ kind }) => kinds.includes(kind))
  const here = heldOn(grants, database)
  const everywhere = heldOn(grants, null)
  const wanted = [
    'TRIGGER',
    'EVENT',
    ...(is('view') ? ['CREATE VIEW', 'SHOW VIEW'] : []),
    ...(is('function', 'procedure') ? ['CREATE ROUTINE', 'ALTER ROUTINE'] : []),
  ].filter(right => !here(right))
  const others = [...new Set(made.flatMap(({ definer, own }) => (own || definer === null ? [] : [definer])))]
  const hidden = made.filter(({ readable }) => !readable).map(({ name }) => name)
  const lacks = [
    ...(wanted.length === 0 ? [] : [`${wanted.join(', ')} ON ${database}.*`]),
    ...(others.length === 0 || setUser.some(everywhere)
      ? []
      : [`SET USER ON *.* (for what ${others.join(', ')} defined)`]),
    ...(is('function', 'trigger') && (await isWatched(query)) && !trusted.some(everywhere)
      ? ['SUPER ON *.* (a binlog is written: without it, no trigger and no function can be made)']
      : []),
    ...(hidden.length === 0 ? [] : [`SELECT ON mysql.proc (to read ${hidden.join(', ')})`]),
  ]
  return lacks.length === 0
    ? null
    : `the account ${account.user} may not make again what a restore replaces; it lacks ${lacks.join('; ')}`
}

/** Statements that give routines' own grants back, where this account may not. Null: it may not see whether there are any. */
export async function ungivable(query: Query, config: MysqlConfig): Promise<readonly string[] | null> {
  const { database } = config.database
  if (!(await madeOf(query, database)).some(({ kind }) => kind === 'function' || kind === 'procedure')) return []
  const given = await routineGrants(query, database)
  if (given === null) return null
  const grants = await grantsOf(query, config)
  const mayHand = (right: string): boolean =>
    grants === null || grants.some(one => one.handed && covers(one, database) && has(one, right))
  return given
    .filter(({ rights }) => !rights.split(', ').every(right => right === 'USAGE' || mayHand(right)))
    .map(one => grantText(database, one))
}

type Made = {
  readonly kind: string
  readonly name: string
  /** Null: not shown. */
  readonly definer: string | null
  readonly own: boolean
  readonly readable: boolean
}

async function madeOf(query: Query, schema: string): Promise<readonly Made[]> {
  const of = (kind: string, name: string, table: string, schemaColumn: string, readable = '1'): string =>
    `SELECT ${kind} AS kind, ${name} AS name, definer, definer = CURRENT_USER() AS own, ${readable} AS readable FROM information_schema.${table} WHERE ${schemaColumn} = ?`
  const rows = await query(
    [
      of("'view'", 'table_name', 'views', 'table_schema'),
      of("'trigger'", 'trigger_name', 'triggers', 'trigger_schema'),
      of('LOWER(routine_type)', 'routine_name', 'routines', 'routine_schema', 'routine_definition IS NOT NULL'),
      of("'event'", 'event_name', 'events', 'event_schema'),
    ].join(' UNION ALL '),
    schema,
    schema,
    schema,
    schema,
  )
  return rows.map(({ kind, name, definer, own, readable }) => ({
    kind: String(kind),
    name: String(name),
    definer: definer == null ? null : String(definer),
    own: Number(own) === 1,
    readable: Number(readable) === 1,
  }))
}

/** `SET_USER_ID` and `SET_ANY_DEFINER` as MySQL spells it. */
const setUser = ['SET USER', 'SET_USER_ID', 'SET_ANY_DEFINER', 'SUPER']
const trusted = ['SUPER', 'BINLOG ADMIN']

async function isWatched(query: Query): Promise<boolean> {
  const [row] = await query('SELECT @@log_bin AS log, @@log_bin_trust_function_creators AS trust')
  return Number(row?.['log']) === 1 && Number(row?.['trust']) === 0
}

/** `schema` null: on the whole server. */
function heldOn(grants: readonly Grant[], schema: string | null): (right: string) => boolean {
  return right => grants.some(one => (schema === null ? one.on === '*' : covers(one, schema)) && has(one, right))
}
