import { expect, test } from 'vitest'
import { clonesIn } from '../../../src/targets/databases/mysql/rehearsal/clones.ts'

const name = '_astern_rehearsal_r1'
const own = { environment: 'prod', database: 'main' }
const owner = { environment: 'prod', db: 'main', run: 'r1', at: 'then' }

test.each([
  ['before its table was made', 0, [], [{ name, since: null, by: null, inUse: false }]],
  ['before its table was written to', 1, [], [{ name, since: null, by: null, inUse: false }]],
  ['later', 1, [owner], [{ name, since: 'then', by: 'r1', inUse: false }]],
  ['later, of another database', 1, [{ ...owner, db: 'other' }], []],
])('finds a clone that was cut off %s', async (_, tables, owners, found) => {
  const clones = await clonesIn(sql => {
    if (sql.includes('schemata')) return Promise.resolve([{ schema_name: name }])
    if (sql.includes('information_schema.tables')) return Promise.resolve([{ n: tables }])
    return Promise.resolve(sql.includes('IS_USED_LOCK') ? [{ holder: null }] : owners)
  }, own)
  expect(clones).toEqual(found)
})
