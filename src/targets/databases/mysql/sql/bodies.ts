import type { Token } from './tokens.ts'

/** Whether a semicolon after these tokens of one statement would stand inside a body: BEGIN ... END, IF ... END IF. */
export function insideBody(seen: readonly Token[]): boolean {
  const words = seen.map(wordOf)
  if (!hasBody(words)) return false
  let open = 0
  for (const [index, word] of words.entries()) {
    const before = words[index - 1] ?? ''
    if (before === '.' || before === '@') continue
    if (word === 'END') open -= 1
    else if (before !== 'END' && opens(words, index)) open += 1
  }
  return open > 0
}

const bodied = ['TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'PACKAGE']

function hasBody(words: readonly string[]): boolean {
  const [first, second] = words.filter(word => !word.startsWith('/*'))
  if (first === 'BEGIN') return second === 'NOT'
  return (first === 'CREATE' || first === 'ALTER') && words.slice(1, 16).some(word => bodied.includes(word))
}

function opens(words: readonly string[], index: number): boolean {
  const before = words[index - 1] ?? ''
  switch (words[index] ?? '') {
    case 'BEGIN':
    case 'CASE':
    case 'LOOP':
    case 'WHILE':
      return true
    case 'FOR':
      return startsStatement.includes(before)
    case 'IF':
      return !things.includes(before) && argumentsAt(words, index + 1) !== 3
    case 'REPEAT':
      return argumentsAt(words, index + 1) !== 2
    default:
      return false
  }
}

/** A loop, where FOR EACH ROW and FOR UPDATE are none. */
const startsStatement = [';', 'BEGIN', 'THEN', 'ELSE', 'DO', 'LOOP', 'REPEAT', ':']

/** `DROP TABLE IF EXISTS` is no block. */
const things = [
  ...bodied,
  ...`TABLE VIEW INDEX KEY COLUMN DATABASE SCHEMA CONSTRAINT CHECK PARTITION SEQUENCE SERVER USER ROLE ADD DROP MODIFY
  CHANGE ALTER BODY`.split(/\s+/),
]

/** How many arguments a function here would have: `IF(a, b, c)` is one with three, `IF (a) THEN` is a block. */
function argumentsAt(words: readonly string[], from: number): number {
  if (words[from] !== '(') return 0
  let depth = 0
  let found = 1
  for (const word of words.slice(from)) {
    if (word === '(') depth += 1
    if (word === ')') depth -= 1
    if (word === ',' && depth === 1) found += 1
    if (depth === 0) return found
  }
  return found
}

/** Names and strings say nothing here. */
function wordOf({ kind, text }: Token): string {
  if (kind === 'word') return text.toUpperCase()
  return kind === 'name' || kind === 'string' ? '' : text
}
