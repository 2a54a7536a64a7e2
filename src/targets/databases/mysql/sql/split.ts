import { insideBody } from './bodies.ts'
import { tokens, type Delimiter, type Token } from './tokens.ts'

/**
 * The statements of a script, each as it is sent: without its delimiter, and without the comments around it. The body of
 * a trigger or routine is one statement, also where no DELIMITER says so.
 */
export function splitStatements(script: string): readonly string[] {
  const statements: string[] = []
  let seen: Token[] = []
  let custom = false
  const finish = (): void => {
    const [first, last] = [seen[0], seen.at(-1)]
    if (first !== undefined && last !== undefined) statements.push(script.slice(first.at, last.at + last.text.length))
    seen = []
  }
  const reader = tokens(script)
  let told: Delimiter | null = null
  for (let { value, done } = reader.next(); done !== true; { value, done } = reader.next(told ?? undefined)) {
    const token = value as Token
    told = seen.length === 0 ? delimiterAt(script, token) : null
    if (told !== null) custom = told.delimiter !== ';'
    else if (token.kind === 'end' && (custom || !insideBody(seen))) finish()
    else seen.push(token)
  }
  finish()
  return statements
}

/** `DELIMITER //` is told to the client, and no server ever sees it. */
function delimiterAt(script: string, token: Token): Delimiter | null {
  if (token.text.toUpperCase() !== 'DELIMITER') return null
  const end = script.indexOf('\n', token.at)
  const line = script.slice(token.at, end < 0 ? undefined : end)
  const delimiter = /^\S+\s+(\S+)/.exec(line)?.[1]?.replace(/^(['"`])(.+)\1$/, '$2')
  return delimiter === undefined ? null : { delimiter, from: token.at + line.length }
}
