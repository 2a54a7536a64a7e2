import type { SqlStatementContext } from 'dt-sql-parser/dist/lib/mysql/MySqlParser.js'

/** The classes of the parse tree. Two megabytes, and a third of a second: loaded when the first statement is read. */
export type Grammar = typeof import('dt-sql-parser/dist/lib/mysql/MySqlParser.js')

export type Parser = {
  readonly grammar: Grammar
  /** Null: it does not follow the grammar. A WITH clause comes as a statement of its own before its statement. */
  readonly parse: (text: string) => readonly SqlStatementContext[] | null
}

let loaded: Promise<Parser> | null = null

export function loadParser(): Promise<Parser> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Parser> {
  const [grammar, { MySQL }] = await Promise.all([
    import('dt-sql-parser/dist/lib/mysql/MySqlParser.js'),
    import('dt-sql-parser/dist/parser/mysql/index.js'),
  ])
  const mysql = new MySQL()
  const parse: Parser['parse'] = text => {
    let refused = false
    const parser = mysql.createParser(text, () => {
      refused = true
    })
    const tree = parser.program()
    if (refused) return null
    return tree.singleStatement().flatMap(single => single.sqlStatement() ?? [])
  }
  return { grammar, parse }
}
