import { execa } from 'execa'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { splitStatements } from '../../src/targets/databases/mysql/sql/split.ts'
import { tokens } from '../../src/targets/databases/mysql/sql/tokens.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'

describeWithMariaDb('a script, split', () => {
  let server: MariaDb

  beforeAll(async () => {
    server = await startMariaDb(['--skip-log-bin', '--innodb-flush-log-at-trx-commit=0'])
  })

  afterAll(() => server?.remove())

  test('gives the statements that the server gets from its own client', async () => {
    await fc.assert(
      fc.asyncProperty(script, async text => {
        expect(splitStatements(text).map(withoutComments)).toEqual((await sentByClient(text)).map(withoutComments))
      }),
      { numRuns: 60 },
    )
  })

  /** What it asks for itself left out. */
  async function sentByClient(text: string): Promise<readonly string[]> {
    await server.forgetLog()
    const client = 'mariadb'
    const options = [
      '--no-defaults',
      `--socket=${server.socket}`,
      '--user=root',
      '--force',
      '--default-character-set=utf8mb4',
    ]
    await execa(client, options, { input: text, reject: false })
    const log = await server.log()
    return log.filter(({ kind, sql }) => kind === 'Query' && sql.startsWith('SELECT 1')).map(({ sql }) => sql)
  }
})

/** The client takes out comments, also from within. */
function withoutComments(sql: string): string {
  return [...tokens(sql)].map(({ text }) => text).join(' ')
}

/** A delimiter within a comment that counts is left out: there the client stops half-way, and nobody means that. */
const piece = fc.oneof(
  fc.constantFrom('a', '1', '.5', '+', '(', ')', '@x', '--1', '$', '/*! + 1 */', '/* ; */', '-- ; \n', '# ;\n', '\n'),
  fc.constantFrom(
    "'a;b'",
    "'a''b'",
    "'a\\\\'",
    "'a\\';'",
    '"a;\'b"',
    '"a""b"',
    '`a;b`',
    '`a``;`',
    "'-- '",
    "'/*'",
    "'#'",
  ),
)
const statement = fc.array(piece, { maxLength: 6 }).map(pieces => `SELECT 1 ${pieces.join(' ')} z`)
const script = fc
  .array(fc.tuple(statement, fc.constantFrom(';', ' ;\n', ';\n-- a; b\n', ';\n# c\n', ';/* d; */\n')), { maxLength: 4 })
  .chain(parts =>
    fc.constantFrom(';', '//', '$$').map(delimiter => {
      if (delimiter === ';') return parts.map(([text, end]) => text + end).join('')
      const body = parts.map(([text]) => `${text}${delimiter}\n`).join('')
      return `DELIMITER ${delimiter}\n${body}DELIMITER ;\n`
    }),
  )
