import type { Query } from '../query.ts'
import { quoteAccount } from './accounts.ts'
import type { MysqlConfig } from './config.ts'
import { sidesOf } from './restore/sides.ts'

/** As MariaDB and as MySQL spell it. */
const ending = ['CONNECTION ADMIN', 'CONNECTION_ADMIN', 'SUPER'] as const

/** Rights on the whole server that the fence needs; any one of a line. */
const needed: readonly (readonly [right: string, ...others: string[]])[] = [['PROCESS'], ['CREATE USER'], ending]

/**
 * What the account that reverses lacks to keep writers out, told before anything stops. Asked as another account, or
 * where roles hide what it has: nothing is told.
 */
export async function lacking(query: Query, config: MysqlConfig): Promise<readonly string[]> {
  return config.database.writers.length === 0 ? [] : lackingRights(query, config, needed)
}

/** Of rights on the whole server those it has none of. */
export async function lackingRights(
  query: Query,
  config: MysqlConfig,
  wanted: readonly (readonly [right: string, ...others: string[]])[],
): Promise<readonly string[]> {
  const grants = await grantsOf(query, config)
  const held = new Set(grants?.flatMap(({ rights, on }) => (on === '*' ? rights : [])))
  return grants === null || held.has(all)
    ? []
    : wanted.filter(any => !any.some(right => held.has(right))).map(([right]) => right)
}

/** Why the account that reverses may end nobody's session, and what would let it; null: it may, or that is not told. */
export async function noEnding(query: Query, config: MysqlConfig): Promise<string | null> {
  if ((await lackingRights(query, config, [ending])).length === 0) return null
  const [who] = await query('SELECT CURRENT_USER() AS account, VERSION() AS version')
  const right = String(who?.['version']).includes('MariaDB') ? 'CONNECTION ADMIN' : 'CONNECTION_ADMIN'
  return `The account ${config.database.account.user} may not end others' sessions: GRANT ${right} ON *.* TO ${quoteAccount(String(who?.['account']))}`
}

/** Why it may make no schema beside the one that serves; null: it may, or that is not told. */
export async function noSides(query: Query, config: MysqlConfig): Promise<string | null> {
  const grants = await grantsOf(query, config)
  const { side } = sidesOf('run', config.database.database)
  const may = grants?.some(
    ({ rights, on }) => isLike(on, side) && (rights.includes(all) || beside.every(right => rights.includes(right))),
  )
  if (may !== false) return null
  const { user } = config.database.account
  return `the account ${user} may make no schema beside it: GRANT ALL ON \`\\_astern\\_%\`.* to it`
}

const all = 'ALL PRIVILEGES'
const beside = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER', 'INDEX', 'REFERENCES']

/** `handed`: may be handed on. */
export type Grant = { readonly rights: readonly string[]; readonly on: string; readonly handed: boolean }

/** On whole schemas, and on all of them (`*`). Null: what the account has is not to be seen from here. */
export async function grantsOf(query: Query, { database }: MysqlConfig): Promise<readonly Grant[] | null> {
  const [who] = await query('SELECT CURRENT_USER() AS account, VERSION() AS version')
  if (!String(who?.['account']).startsWith(`${database.account.user}@`)) return null
  const lines = (await query('SHOW GRANTS')).map(row => String(Object.values(row)[0]))
  const byRole = lines.some(line => !/ ON /.test(line))
  if (byRole && !String(who?.['version']).includes('MariaDB')) return null
  return lines.flatMap(line => {
    const [, rights = '', on = ''] = /^GRANT (.+?) ON (\*|`(?:[^`]|``)*`)\.\* TO /.exec(line) ?? []
    return on === ''
      ? []
      : [
          {
            rights: rights.split(/,\s*/),
            on: on === '*' ? on : on.slice(1, -1),
            handed: line.includes(' WITH GRANT OPTION'),
          },
        ]
  })
}

export function covers({ on }: Grant, schema: string): boolean {
  return isLike(on, schema)
}

export function has({ rights }: Grant, right: string): boolean {
  return rights.includes(all) || rights.includes(right)
}

/** A schema in a grant is a pattern: `_` is any sign and `%` any number of them, unless a backslash stands before it. */
function isLike(pattern: string, name: string): boolean {
  if (pattern === '*') return true
  const parts = pattern.replaceAll('``', '`').match(/\\[_%\\]|[\s\S]/g) ?? []
  const source = parts.map(part => {
    if (part === '_') return '[\\s\\S]'
    if (part === '%') return '[\\s\\S]*'
    return part.slice(-1).replace(/[.*+?^${}()|[\]\\]/, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`).test(name)
}
