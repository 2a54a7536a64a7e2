import { tokens, unquoted } from './tokens.ts'

/** The beginning of a statement, for people: `CREATE TRIGGER keep_notes`, `SET foreign_key_checks`. */
export function headOf(sql: string): string {
  const all = [...tokens(sql)].filter(({ kind }) => kind !== 'open' && kind !== 'close')
  const verb = all[0]?.text.toUpperCase() ?? ''
  if (!verbs.has(verb)) {
    const end = all.findIndex(({ kind }, index) => kind !== 'word' || index === 3)
    const words = all.slice(1, end < 0 ? 3 : end).map(({ text }) => text)
    return [verb, ...words].join(' ')
  }
  const words: string[] = []
  for (const { kind, text } of all.slice(0, 24)) {
    const word = kind === 'word' ? text.toUpperCase() : ''
    if (things.has(words.at(-1) ?? '') && !conditions.has(word)) return [...words, unquoted(text)].join(' ')
    if (word === verb || things.has(word) || word === 'OR' || word === 'REPLACE') words.push(word)
  }
  return words.join(' ')
}

const verbs = new Set(['CREATE', 'ALTER', 'DROP', 'RENAME', 'TRUNCATE'])
const things = new Set(
  'TABLE VIEW TRIGGER PROCEDURE FUNCTION EVENT DATABASE SCHEMA SEQUENCE ROLE USER SERVER INDEX'.split(' '),
)
const conditions = new Set(['IF', 'NOT', 'EXISTS'])
