import { withoutValues } from '../../../state/blocked.ts'
import type { Json } from '../../../state/json.ts'
import { oneLine } from '../../../state/text.ts'
import type { Query, Row } from '../query.ts'

/** A session of the server: whose it is, from where, what it does. */
export type Process = {
  readonly id: number
  readonly user: string
  /** Without its port. */
  readonly host: string
  /** With it, where it came over the network. */
  readonly from: string
  readonly schema: string | null
  readonly seconds: number
  readonly command: string
  readonly statement: string | null
  /** What the server says it is at: `Waiting for table metadata lock`. */
  readonly state: string
}

/** Sessions whose account this one may see, without its own. */
export async function processes(query: Query): Promise<readonly Process[]> {
  const rows = await query(
    'SELECT id, user, host, db, time, command, info, state FROM information_schema.processlist WHERE id <> CONNECTION_ID() ORDER BY id',
  )
  return rows.map(processOf)
}

function processOf(row: Row): Process {
  const text = (value: Json | undefined): string | null => (value == null ? null : String(value))
  const [id, user, host, schema, seconds, command, statement, state] = Object.values(row)
  return {
    id: Number(id),
    user: String(user),
    host: String(host).replace(/:\d+$/, ''),
    from: String(host),
    schema: text(schema),
    seconds: Number(seconds),
    command: String(command),
    statement: text(statement),
    state: text(state) ?? '',
  }
}

/** `shop@%` in the server's patterns: `%` any text, `_` any sign. */
export function isOf({ user, host }: Pick<Process, 'user' | 'host'>, account: string): boolean {
  const at = account.lastIndexOf('@')
  return user === account.slice(0, at) && likeness(account.slice(at + 1)).test(host)
}

/**
 * Within a trigger, a view or a routine of another's a session is told by the name of its definer, as that stands in the grants: a
 * pattern, where a session of that account's own has an address (MariaDB 10.11).
 */
export function isByAnothersName({ from }: Pick<Process, 'from'>): boolean {
  return from.includes('%') || from.startsWith('localhost:')
}

function likeness(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${escaped.replaceAll('%', '.*').replaceAll('_', '.')}$`, 'i')
}

export function sessionWords({ id, user, host, seconds, statement, command }: Process): string {
  const runs = statement === null ? '' : `: ${oneLine(withoutValues(statement), 60)}`
  return `session ${id} of ${user}@${host} (${command}, ${seconds} s${runs})`
}
