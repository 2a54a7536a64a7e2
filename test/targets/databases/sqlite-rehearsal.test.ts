import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { findClones } from '../../../src/targets/databases/sqlite/clones.ts'
import { sqliteRehearsals } from '../../../src/targets/databases/sqlite/rehearsal.ts'

test('a clone whose making was cut off is told as a fault, and held by nobody', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'astern-rehearsal-'))
  const file = join(directory, 'shop.sqlite')
  new DatabaseSync(file).close()
  const childEntry = join(directory, 'child.mjs')
  writeFileSync(childEntry, 'process.exit(1)')
  const database = { kind: 'sqlite', file, migrations: null, invariants: [], rehearsal: true } as const
  const config = { name: 'main', database, childEntry, lockFd: null, now: () => new Date() }
  const rehearsals = sqliteRehearsals(config)
  const command = { kind: 'database.clone', database: 'main', clone: 'r1', rows: 'all' } as const
  const context = { environment: 'drill', run: 'r1' } as Parameters<typeof rehearsals.attempt>[1]
  try {
    expect(await rehearsals.attempt(command, context, () => undefined)).toMatchObject({
      ok: false,
      fault: { code: 'database.child-gone' },
    })
    expect(await findClones(config)).toMatchObject({ ok: true, value: [{ inUse: false }] })
    const unclone = { kind: 'database.unclone', database: 'main', clone: 'r1' } as const
    await rehearsals.attempt(unclone, context, () => undefined)
    expect(readdirSync(directory).toSorted()).toEqual(['child.mjs', 'shop.sqlite'])
  } finally {
    await rehearsals.close()
    rmSync(directory, { recursive: true })
  }
})
