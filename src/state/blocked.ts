import { oneLine } from './text.ts'

/** A session of a database's server as it was seen; enough of it to tell it from every other that may have its id later. */
export type SeenSession = {
  readonly id: number
  readonly user: string
  /** With its port, where it has one. */
  readonly host: string
  /** When its server began, in seconds since 1970 by the server's clock: ids begin anew with it. */
  readonly server: number
  /** When its open transaction began, by the server's clock; null: none is open. */
  readonly transaction: string | null
  readonly transactionSeconds: number | null
  /** What it has been at, and for how many seconds: `Query`, `Sleep`. */
  readonly command: string
  readonly seconds: number
  /** What it runs, without its values; null: nothing. */
  readonly statement: string | null
  /** The server says that it holds what is waited for. Left out: it may. */
  readonly holds?: true
  /** Whose it is, where it must not be ended. */
  readonly stays?: 'of Astern' | 'of the server'
}

/** Who keeps a step of a database waiting. `cannotEnd`: why nobody may be ended from here, and what would change that. */
export type Blocked = { readonly sessions: readonly SeenSession[]; readonly cannotEnd?: string }

export function seenWords({
  id,
  user,
  host,
  transactionSeconds,
  command,
  seconds,
  statement,
  stays,
}: SeenSession): string {
  const open = transactionSeconds === null ? '' : `, its transaction open for ${transactionSeconds} s`
  const at =
    statement === null ? `${command === 'Sleep' ? 'idle' : command} for ${seconds} s` : `at work for ${seconds} s`
  const runs = statement === null ? '' : `: ${oneLine(statement, 80)}`
  return `session ${id} of ${user}@${host}${stays === undefined ? '' : ` (${stays}, not to be ended)`}${open}, ${at}${runs}`
}

/** Those that a person may have ended. */
export function endable({ sessions }: Blocked): readonly SeenSession[] {
  return sessions.filter(({ stays }) => stays === undefined)
}

/** A statement as it may be shown to others: what people wrote into it is nobody's business. */
export function withoutValues(sql: string): string {
  return sql
    .replaceAll(/'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|$)/g, '?')
    .replaceAll(/\b(?:0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?)\b/gi, '?')
}
