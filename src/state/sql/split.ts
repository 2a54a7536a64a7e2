import { tokens, type Token } from './tokens.ts'

/** The statements of a script, without their closing semicolons; comments stay with the statement they stand in. */
export function splitStatements(script: string): readonly string[] {
  const statements: string[] = []
  let start = 0
  let block = 0
  let seen: Token[] = []
  for (const token of tokens(script)) {
    if (token.kind === 'end' && block === 0) {
      statements.push(script.slice(start, token.at))
      start = token.at + 1
      seen = []
      continue
    }
    if (token.kind === 'word') block = depthAfter(token, block, seen)
    if (token.kind !== 'end') seen.push(token)
  }
  statements.push(script.slice(start))
  return statements.map(statement => statement.trim()).filter(hasCode)
}

/** Inside BEGIN ... END of a trigger a semicolon ends nothing; CASE has an END of its own. */
function depthAfter(token: Token, depth: number, seen: readonly Token[]): number {
  const word = token.text.toUpperCase()
  if (depth === 0) return word === 'BEGIN' && isTrigger(seen) ? 1 : 0
  if (word === 'CASE') return depth + 1
  return word === 'END' ? depth - 1 : depth
}

function isTrigger(seen: readonly Token[]): boolean {
  const words = seen.filter(({ kind }) => kind === 'word').map(({ text }) => text.toUpperCase())
  return words[0] === 'CREATE' && words.slice(1, 4).includes('TRIGGER')
}

function hasCode(statement: string): boolean {
  for (const _ of tokens(statement)) return true
  return false
}
