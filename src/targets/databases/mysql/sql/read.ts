import type { Effect, Statement } from '../../../../state/facts.ts'
import { definition } from './definitions.ts'
import { loadParser, type Parser } from './grammar.ts'
import { headOf } from './head.ts'
import { singles } from './one-each.ts'
import { Reading } from './reading.ts'
import { rows } from './rows.ts'
import { shadowOf } from './shadow.ts'
import { splitStatements } from './split.ts'
import { tokens, unquoted } from './tokens.ts'

/**
 * The statements of a script, and what each does as far as its text proves it. A statement on several tables becomes one
 * for each where that is the same. With `database` given, what concerns another schema is `other`.
 */
export async function readStatements(script: string, database?: string): Promise<readonly Statement[]> {
  return (await loadReader(database))(script)
}

/** The same, once the grammar is there: it is large, and loaded when first asked for. */
export async function loadReader(database?: string): Promise<(script: string) => readonly Statement[]> {
  const parser = await loadParser()
  return script => {
    let at = database
    return splitStatements(script)
      .flatMap(singles)
      .map(sql => {
        const used = usedBy(sql)
        const effects = at === database || used !== null ? effectsOf(parser, sql, database) : [inAnother(at ?? '', sql)]
        if (used !== null) at = used
        return { sql, effects }
      })
  }
}

function effectsOf(parser: Parser, sql: string, database: string | undefined): readonly Effect[] {
  const shadow = shadowOf(sql)
  const parts = shadow === null ? null : parser.parse(shadow.text)
  if (shadow === null || parts === null) return unread(sql)
  const reading = new Reading(parser.grammar, sql, shadow, database)
  // A WITH clause, which may stand before an UPDATE or DELETE, comes as a part of its own.
  const views = parts[0]?.dmlStatement()?.withStatement()?.commonTableExpressions() ?? []
  const part = parts.length === 1 || (parts.length === 2 && views.length > 0) ? parts.at(-1) : undefined
  if (part === undefined) return unread(sql)
  const names = views.flatMap(view => view.uid().slice(0, 1)).map(uid => reading.name(uid))
  const [schema, data] = [part.ddlStatement(), part.dmlStatement()]
  const effects =
    schema !== null ? definition(reading, schema) : data !== null ? rows(reading, data, names) : [neither(sql)]
  return reading.elsewhere === null ? effects : [inAnother(reading.elsewhere, sql)]
}

/** Neither on the schema nor on rows, unless it runs a text that is not here. */
function neither(sql: string): Effect {
  return { kind: 'other', what: headOf(sql), ...(/^EXECUTE\b/i.test(sql) ? { destroys: true } : {}) }
}

/** What makes or drops code takes no data away, however it is written; of the rest that is not known. */
function unread(sql: string): readonly Effect[] {
  const what = headOf(sql)
  const isCode = /^(?:CREATE|DROP|ALTER) .*\b(?:VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT) /.test(what)
  return [{ kind: 'other', what, ...(isCode ? {} : { destroys: true }) }]
}

function inAnother(where: string, sql: string): Effect {
  return { kind: 'other', what: `${headOf(sql)}, in another schema: ${where}`, destroys: true }
}

/** The schema that a USE goes to. */
function usedBy(sql: string): string | null {
  const [use, schema, ...more] = tokens(sql)
  return use?.text.toUpperCase() === 'USE' && schema !== undefined && more.length === 0 ? unquoted(schema.text) : null
}
