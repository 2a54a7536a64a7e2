import type { Evidence } from '../../../../outcome.ts'
import type { Definition } from '../../restore/definitions.ts'
import type { Session } from '../../session.ts'

/**
 * In which sql_mode the server is to read a routine, trigger or event of a backup that does not tell: as the one of that name is
 * read today. Where there is none, its own first line says at least how it quotes. Undefined: it is nothing of the kind, or the server's own will do.
 */
export function modeOf(statement: string, today: readonly Definition[], evidence: Evidence): string | undefined {
  const [, kind = '', quoted = ''] = made.exec(statement) ?? []
  if (kind === '') return undefined
  const name = /^[`"]/.test(quoted) ? quoted.slice(1, -1).replaceAll(/([`"])\1/g, '$1') : quoted
  const like = today.find(one => one.kind === kind.toLowerCase() && one.name === name)
  if (like?.settings.mode !== undefined) {
    if (like.text !== statement)
      evidence(`${kind.toLowerCase()} ${name} is other than today; its sql_mode is taken for today’s`)
    return like.settings.mode
  }
  const quotes = statement.startsWith('CREATE DEFINER="')
  evidence(`${kind.toLowerCase()} ${name}: the backup does not tell its sql_mode`)
  return quotes ? 'ANSI_QUOTES' : undefined
}

const made = /^CREATE\b[^;(]*?\b(FUNCTION|PROCEDURE|TRIGGER|EVENT)\s+(`(?:[^`]|``)+`|"(?:[^"]|"")+"|[^\s(]+)/

/** The script goes on with what it had set. */
export async function withMode(
  { run }: Pick<Session, 'run'>,
  mode: string,
  work: () => Promise<unknown>,
): Promise<void> {
  await run('SET @astern_mode = @@SESSION.sql_mode')
  await run('SET SESSION sql_mode = ?', mode)
  await work().finally(() => run('SET SESSION sql_mode = @astern_mode').catch(() => undefined))
}
