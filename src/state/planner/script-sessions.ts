import type { Statement } from '../facts.ts'

/**
 * A script's SETs count for its session alone, and a run that was cut off goes on in another: each statement carries those
 * that stand before it. A script of nothing else keeps its last one as a statement.
 */
export function withSessions(
  statements: readonly Statement[],
): readonly { readonly statement: Statement; readonly session: readonly string[] }[] {
  const found: { statement: Statement; session: readonly string[] }[] = []
  const session: string[] = []
  for (const statement of statements) {
    if (isSession(statement.sql)) session.push(statement.sql)
    else found.push({ statement, session: [...session] })
  }
  const last = statements.at(-1)
  return found.length === 0 && last !== undefined ? [{ statement: last, session: session.slice(0, -1) }] : found
}

function isSession(sql: string): boolean {
  return /^\s*SET\s+(?!STATEMENT\b|GLOBAL\b|PERSIST|PASSWORD\b|DEFAULT\s+ROLE\b|@@GLOBAL)/i.test(sql)
}
