import type { TableSourcesContext } from 'dt-sql-parser/dist/lib/mysql/MySqlParser.js'
import type { Part, Reading } from './reading.ts'

/** The tables that an UPDATE or DELETE joins, by the names it gives them. */
export class Sources {
  readonly #byName = new Map<string, string>()

  constructor(reading: Reading, part: TableSourcesContext, views: readonly string[]) {
    const { AtomTableItemContext, SubqueryTableItemContext } = reading.grammar
    for (const node of within(part, node => node instanceof SubqueryTableItemContext)) {
      if (!(node instanceof AtomTableItemContext)) continue
      const table = reading.table(node.tableName())
      if (views.includes(table)) continue
      const alias = node.uid()
      this.#byName.set(key(alias === null ? table : reading.name(alias)), table)
    }
  }

  /** The table behind a name. */
  table(name: string): string {
    return this.#byName.get(key(name)) ?? name
  }

  tables(): readonly string[] {
    return [...new Set(this.#byName.values())]
  }
}

function key(name: string): string {
  return name.toLowerCase()
}

type Node = Part & { readonly children?: readonly unknown[] | null }

function* within(node: Node, isLeftOut: (node: Node) => boolean): Generator<Node> {
  if (isLeftOut(node)) return
  yield node
  for (const child of node.children ?? []) yield* within(child as Node, isLeftOut)
}
