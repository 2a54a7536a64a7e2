import { grants } from '../../names.ts'
import type { Query } from '../../query.ts'
import { quoteName } from '../names.ts'
import { Refused } from '../trouble.ts'
import { within } from './sides.ts'

/** What an account or role holds on one routine by a grant of its own: it goes with the routine. Grants on tables and columns go by name, and stay. */
export type RoutineGrant = {
  readonly kind: 'function' | 'procedure'
  readonly name: string
  /** Quoted, as it stands in a statement. */
  readonly account: string
  /** `EXECUTE, ALTER ROUTINE` */
  readonly rights: string
  /** It may be handed on. */
  readonly handed: boolean
}

/** Null: this account may not see them. */
export async function routineGrants(query: Query, schema: string): Promise<readonly RoutineGrant[] | null> {
  try {
    const rows = await query(
      'SELECT LOWER(Routine_type) AS kind, Routine_name AS name, User AS user, Host AS host, Proc_priv AS rights FROM mysql.procs_priv WHERE Db = ? ORDER BY 1, 2, 3, 4',
      schema,
    )
    return rows.map(({ kind, name, user, host, rights }) => {
      const held = String(rights).split(',')
      return {
        kind: kind === 'function' ? 'function' : 'procedure',
        name: String(name),
        account: accountOf(String(user), String(host)),
        rights:
          held
            .filter(right => right !== handing)
            .map(right => right.toUpperCase())
            .join(', ') || 'USAGE',
        handed: held.includes(handing),
      }
    })
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

const handing = 'Grant'

/** A role has no host; everybody's has no quotes. */
function accountOf(user: string, host: string): string {
  if (host !== '') return `${quoteName(user)}@${quoteName(host)}`
  return user === 'PUBLIC' ? user : quoteName(user)
}

export function grantText(schema: string, { kind, name, account, rights, handed }: RoutineGrant): string {
  return `GRANT ${rights} ON ${kind.toUpperCase()} ${within(schema, name)} TO ${account}${handed ? ' WITH GRANT OPTION' : ''}`
}

export function isOn(grant: RoutineGrant, one: { readonly kind: string; readonly name: string }): boolean {
  return grant.kind === one.kind && grant.name === one.name
}

/** As a run kept them before it took anything away. */
export async function keptGrants(query: Query, run: string): Promise<readonly RoutineGrant[]> {
  const rows = await query(
    `SELECT kind, name, account, rights, handed FROM ${quoteName(grants)} WHERE run = ? ORDER BY kind, name, account`,
    run,
  )
  return rows.map(row => ({
    kind: row['kind'] === 'function' ? 'function' : 'procedure',
    name: String(row['name']),
    account: String(row['account']),
    rights: String(row['rights']),
    handed: Number(row['handed']) === 1,
  }))
}
