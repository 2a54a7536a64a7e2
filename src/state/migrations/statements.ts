import type { Migration, Statement } from '../facts.ts'
import { effectOf } from '../sql/effect.ts'
import { splitStatements } from '../sql/split.ts'
import type { ReadSql } from './tool.ts'

/** A migration of SQL scripts. `down` null, or nothing but comments: it has no way down. */
export function sqlMigration(
  read: ReadSql,
  parts: Pick<Migration, 'version' | 'name'> &
    Partial<Migration> & { readonly upText: string; readonly downText: string | null },
): Migration {
  const { upText, downText, ...rest } = parts
  const down = downText === null ? [] : withoutMarks(read(downText))
  return {
    up: withoutMarks(read(upText)),
    down: down.length === 0 ? null : down,
    compatibleWith: compatibleIn(`${upText}\n${downText ?? ''}`),
    ...rest,
  }
}

/** A migration that is a program, or a changelog in another language: only its tool can reverse it. */
export function opaqueMigration(
  parts: Pick<Migration, 'version' | 'name'> &
    Partial<Migration> & { readonly text: string; readonly why: string } & {
      readonly argv: readonly string[]
      readonly upArgv?: readonly string[]
    },
): Migration {
  const { text, why, argv, upArgv, ...rest } = parts
  const opaque = { why, argv, ...(upArgv === undefined ? {} : { up: upArgv }) }
  return { up: [], down: null, compatibleWith: compatibleIn(text), opaque, ...rest }
}

/** As SQLite reads it; for MySQL's SQL the adapter has a reader of its own. */
export function statementsOf(text: string): readonly Statement[] {
  return splitStatements(text).map(sql => ({ sql, effects: [effectOf(sql)] }))
}

/** Without the scripts' own BEGIN and COMMIT: each statement is a step of its own. */
function withoutMarks(statements: readonly Statement[]): readonly Statement[] {
  return statements.filter(({ sql }) => !isTransactionMark(sql))
}

function isTransactionMark(sql: string): boolean {
  const code = sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim()
  return /^(?:BEGIN(?:\s+(?:WORK|TRANSACTION))?|START\s+TRANSACTION|COMMIT(?:\s+WORK)?)$/i.test(code)
}

/** Releases that a comment declares able to run on the schema after it: `-- astern:compatible-with 1.2.2, 1.2.1`. */
export function compatibleIn(text: string): readonly string[] {
  const found = [...text.matchAll(/^[ \t]*(?:--|#|\/\/|\*)[ \t]*astern:compatible-with[ \t]+(.+)$/gm)]
  return found.flatMap(([, list]) => (list ?? '').split(/[\s,]+/)).filter(release => release !== '')
}

/** `move_notes` and `move-notes` as words. */
export function titleOf(name: string): string {
  return name.replaceAll(/[_-]+/g, ' ').trim()
}
