import type { Effect, Migration, Statement } from '../facts.ts'
import { effectsIn } from '../sql/effects-in.ts'
import { tokens } from '../sql/tokens.ts'
import { isNarrower } from './narrower.ts'

export type Verdict = 'reversible' | 'lossy' | 'irreversible' | 'opaque'
export type Judgement = { readonly verdict: Verdict; readonly why: string }

/** What a way down is worth, by its statements. What the text of one does not tell counts as a loss. */
export function judge(migration: Migration): Judgement {
  const { opaque, down } = migration
  if (opaque !== undefined)
    return { verdict: 'opaque', why: `${opaque.why}: only ${opaque.argv.join(' ')} reverses it` }
  if (down === null) return { verdict: 'irreversible', why: 'it has no way down' }
  if (down.length === 0) return { verdict: 'reversible', why: 'its author says that there is nothing to take back' }
  const losses = down.flatMap(statement => effectsIn(statement).flatMap(effect => lossOf(effect, statement, migration)))
  if (losses.length > 0) return { verdict: 'lossy', why: [...new Set(losses)].join('; ') }
  return { verdict: 'reversible', why: 'its way down drops no table, column or row' }
}

function lossOf(effect: Effect, { sql }: Statement, migration: Migration): readonly string[] {
  switch (effect.kind) {
    case 'drop table':
      return [`drops table ${effect.table}`]
    case 'drop column':
      return [`drops ${effect.table}.${effect.column}`]
    case 'change column':
      return narrowing(effect, migration)
    case 'rows':
      if (effect.verb === 'insert') return []
      return [`${effect.verb === 'delete' ? 'deletes' : 'overwrites'} rows of ${effect.table}`]
    case 'other':
      return isHarmless(sql) ? [] : [`does what its text does not tell: ${effect.what}`]
    case 'charset':
      return [`writes ${effect.table} in ${effect.charset}, which may not hold every character`]
    case 'check':
    case 'drop constraint':
    case 'create table':
    case 'add column':
    case 'rename':
    case 'index':
    case 'unique':
    case 'reference':
      return []
  }
}

/** The way up tells what type it has now. */
function narrowing(effect: Extract<Effect, { kind: 'change column' }>, { up }: Migration): readonly string[] {
  const { table, column, type } = effect
  const now = up
    .flatMap(effectsIn)
    .findLast(other => other.kind === 'change column' && other.table === table && other.column === column)
  const from = now?.kind === 'change column' ? now.type : null
  if (type === null && from === null) return []
  if (type !== null && from !== null && !isNarrower(from, type)) return []
  return [`makes ${table}.${column} ${type ?? 'another type'}, which may not hold every value`]
}

/** Things that hold no rows of their own, and settings of the session. */
function isHarmless(sql: string): boolean {
  const words: string[] = []
  for (const token of tokens(sql)) {
    if (token.kind === 'word') words.push(token.text.toUpperCase())
    if (words.length === 4) break
  }
  const [first = '', ...rest] = words
  if (first === 'DROP') return !rest.some(word => ['DATABASE', 'SCHEMA', 'TABLESPACE'].includes(word))
  return ['CREATE', 'SET', 'USE', 'SELECT', 'ANALYZE', 'LOCK', 'UNLOCK', 'GRANT', 'REVOKE', 'COMMENT'].includes(first)
}
