import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Plan } from '../../src/state/plan.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { openStage, rollbackArgs, runsOf, stateOf, type RunOptions, type Stage } from './support.ts'

const migrated = `ALTER TABLE customers ADD COLUMN phone varchar(40) NOT NULL DEFAULT '', MODIFY name varchar(200) NOT NULL;
  CREATE TABLE parcels (id INT PRIMARY KEY, order_id INT NOT NULL);
  CREATE TRIGGER count_parcels AFTER INSERT ON parcels FOR EACH ROW SET @parcels = @parcels + 1`

/** What comes back and what goes, as 1.2.2 was recorded: the release's own migration, and what somebody did besides. */
const inWords = [
  'main: customers.name: varchar(200) -> varchar(100)',
  "main: customers.phone gone, it was varchar(40) NOT NULL DEFAULT ''",
  'main: table order_notes gone',
  'main: orders.note: added, text NULL',
  'main: table parcels gone',
  'main: trigger count_parcels gone',
]
const onlyFingerprint = 'main: not as at 1.2.2; the record has only the fingerprint of that one'

describeWithMariaDb('a plan on a MariaDB, after `astern record` and another schema since', () => {
  let stage: Stage
  let kept: string
  let file: Buffer
  beforeAll(async () => {
    stage = await openStage({ database: 'mariadb', bad: '1.3.0' })
    await stage.shop.store.run(migrated)
    const found = readdirSync(stage.shop.root, { recursive: true, encoding: 'utf8' })
    kept = join(stage.shop.root, found.find(path => /\.astern\/schemas\/[0-9a-f]+\.json\.gz$/.test(path)) ?? 'none')
    file = readFileSync(kept)
  })
  afterAll(() => stage?.close())

  const told = async (options: RunOptions = {}): Promise<readonly string[] | undefined> => {
    const { plan } = JSON.parse((await stage.astern(['plan', '--json'], options)).stdout) as { plan: Plan }
    return plan.schema
  }

  test('finds the recorded schema beside the record, readable for whoever may read that', () => {
    expect(statSync(kept).mode & 0o777).toBe(0o644)
    const objects = JSON.parse(gunzipSync(file).toString('utf8')) as { kind: string; name: string }[]
    expect(objects.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'table customers',
      'table items',
      'table orders',
    ])
  })

  test('says in words what of the schema changes, in its lines and for a program', async () => {
    expect(await told()).toEqual(inWords)
    const { stdout } = await stage.astern(['plan'])
    expect(stdout).toContain(['', 'Schema', ...inWords.map(line => `  ${line}`), ''].join('\n'))
  })

  test('does not believe what is no schema of that fingerprint, and has only the fingerprint where nothing is kept', async () => {
    writeFileSync(kept, file.subarray(0, 100))
    expect(await told()).toEqual([`${onlyFingerprint}; what local keeps in its place is not that, and is not believed`])
    rmSync(kept)
    expect(await told()).toEqual([onlyFingerprint])
  })

  test('keeps one schema for each fingerprint, and writes it once', async () => {
    const home = join(stage.shop.root, 'another-home')
    const errands = (): readonly string[] =>
      readdirSync(join(home, 'runs')).map(run => {
        const { purpose } = stateOf(join(home, 'runs', run)).run ?? {}
        return purpose?.kind === 'errand' ? purpose.what : ''
      })
    const record = () => stage.astern(['record', '--version', '1.3.0'], { home })
    expect([(await record()).stderr, (await record()).stderr]).toEqual(['', ''])
    expect(errands().toSorted()).toEqual(['record', 'record', 'schema'])
    expect(readdirSync(dirname(kept)).length).toBe(1)
    writeFileSync(kept, file)
    expect(await told({ home })).toEqual(inWords)
  })
})

test('a run has it in its plan, and its undo tells it the other way round', async () => {
  const stage = await openStage({ bad: '1.3.0' })
  try {
    const ran = await stage.astern(await rollbackArgs(stage))
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    const [rollback = ''] = runsOf(stage.home)
    await stage.astern(['undo', basename(rollback), '--headless', '--confirm', 'shop'])
    const plans = runsOf(stage.home).map(directory => stateOf(directory).plan?.plan.schema)
    expect(plans).toEqual([
      ['main: table order_notes gone', 'main: orders.note: added, TEXT NULL'],
      ['main: table order_notes: added', 'main: orders.note gone, it was TEXT NULL'],
    ])
  } finally {
    await stage.close()
  }
})
