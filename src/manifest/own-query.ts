import { tokens } from '../state/sql/tokens.ts'
import type { At, ManifestFault } from './faults.ts'
import type { Written } from './schema.ts'

type Migrations = NonNullable<Written['databases'][string]['migrations']>
const needed = ['table', 'unapply', 'apply'] as const
const changing = ['unapply', 'apply'] as const

/** A tool knows how its table is put right; a query of one's own needs to be told. What is amiss shows here, and not after a reversal. */
export function ownQueryFaults(database: string, migrations: Migrations | undefined, at: At): readonly ManifestFault[] {
  if (migrations === undefined) return []
  const { tool, query, table } = migrations
  const place = ['databases', database, 'migrations']
  if ((tool === undefined) === (query === undefined))
    return [
      at(
        place,
        'is not exactly one of tool and query',
        'Name the tool that migrates it, or give the query that tells which migrations are applied.',
      ),
    ]
  if (query === undefined)
    return changing
      .filter(key => migrations[key] !== undefined)
      .map(key => at([...place, key], "a tool's table is put right as the tool does it", 'Remove it.'))
  if (migrations.command !== undefined)
    return [
      at(
        [...place, 'command'],
        'is for a tool whose migrations are programs',
        'Remove it: what a query of your own tells is reversed by the SQL beside it.',
      ),
    ]
  const lacks = needed.filter(key => migrations[key] === undefined)
  if (lacks.length > 0 || table === undefined)
    return [
      at(
        [...place, 'query'],
        `needs ${lacks.join(', ')} beside it`,
        'Give the table it reads, and the statements that take one version out of it and put one in: one ? stands for the version.',
      ),
    ]
  return [
    ...readFaults(query, table, [...place, 'query'], at),
    ...changing.flatMap(key => changeFaults(migrations[key] ?? '', table, [...place, key], at)),
  ]
}

function readFaults(sql: string, table: string, place: readonly string[], at: At): readonly ManifestFault[] {
  const [first] = tokens(sql)
  const reads = ['SELECT', 'WITH'].includes(first?.text.toUpperCase() ?? '')
  return [
    ...(reads
      ? []
      : [
          at(
            place,
            'is no SELECT',
            'Give a query that only reads: a row per applied migration, oldest first, its version in the first column.',
          ),
        ]),
    ...sameFaults(sql, table, place, at),
  ]
}

function changeFaults(sql: string, table: string, place: readonly string[], at: At): readonly ManifestFault[] {
  const places = [...tokens(sql)].filter(({ kind, text }) => kind === 'sign' && text === '?').length
  return [
    ...(places === 1
      ? []
      : [
          at(
            place,
            `has ${places} ? in it`,
            'Write one ? where the version belongs; it is bound, so it needs no quotes.',
          ),
        ]),
    ...sameFaults(sql, table, place, at),
  ]
}

/** Of one statement, on the table that is left out of the schema and of what must not change. */
function sameFaults(sql: string, table: string, place: readonly string[], at: At): readonly ManifestFault[] {
  const all = [...tokens(sql)]
  const end = all.findIndex(({ kind }) => kind === 'end')
  const bare = table.slice(table.lastIndexOf('.') + 1).toLowerCase()
  const names = all.some(({ kind, text }) => (kind === 'word' || kind === 'name') && text.toLowerCase() === bare)
  return [
    ...(end === -1 || end === all.length - 1 ? [] : [at(place, 'is more than one statement', 'Give one statement.')]),
    ...(names ? [] : [at(place, `does not name ${table}`, `Let it be about ${table}, or correct table.`)]),
  ]
}
