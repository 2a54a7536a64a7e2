import { expect, test } from 'vitest'
import { ownSql } from '../../../src/targets/databases/mysql/binlog/own.ts'
import { rowsSaid } from '../../../src/targets/databases/mysql/binlog/rows.ts'

/** A table map of `sh`.`a\`b` as table 7, and a row that is written to it. */
function written(schema: string, table: string): readonly Buffer[] {
  const named = [schema, table].flatMap(name => [Buffer.from([name.length]), Buffer.from(`${name}\0`)])
  const map = Buffer.concat([head(19), Buffer.from([7, 0, 0, 0, 0, 0, 1, 0]), ...named, Buffer.from([1, 3, 0, 0])])
  return [map, Buffer.concat([head(23), Buffer.from([7, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 5, 0, 0, 0])])]
}

function head(type: number): Buffer {
  const bytes = Buffer.alloc(19)
  bytes[4] = type
  return bytes
}

test('a table whose name has a quote in it is told as the server quotes it', () => {
  const sql = ['### INSERT INTO `sh`.`a``b`', '### SET', '###   @1=5']
  expect(rowsSaid(written('sh', 'a`b'), sql, null)).toEqual([
    { schema: 'sh', table: 'a`b', inserted: 1, updated: 0, deleted: 0, whole: true },
  ])
  expect(ownSql(sql, { schema: 'sh', tables: new Set(['a`b']) })).toEqual(sql)
})
