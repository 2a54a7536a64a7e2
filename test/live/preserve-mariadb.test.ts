import { afterEach, beforeEach, expect, test } from 'vitest'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { openStage, rollbackArgs, type Stage } from './support.ts'

describeWithMariaDb('--preserve-data on a MariaDB, while customers order', () => {
  let stage: Stage
  beforeEach(async () => void (stage = await openStage({ database: 'mariadb', bad: '1.2.3' })))
  afterEach(() => stage?.close())

  test('goes back with every write in the server’s own log the shop’s', async () => {
    await stage.shop.store.run("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON")
    const before = stage.shop.placed().length
    const ran = await stage.astern(await rollbackArgs(stage, ['--preserve-data']))
    await stage.shop.store.run('SET GLOBAL general_log = OFF')
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(stage.shop.placed().length).toBeGreaterThan(before)
    const logged = await stage.shop.store.rows(
      "SELECT user_host AS account, CONVERT(argument USING utf8mb4) AS statement FROM mysql.general_log WHERE command_type IN ('Query', 'Execute', 'Prepare')",
    )
    const sent = logged.map(({ account, statement }) => ({
      account: String(account).replace(/\[.*/, ''),
      statement: String(statement).trimStart(),
    }))
    const only = (account: string) => sent.filter(one => one.account === account).map(({ statement }) => statement)
    expect(only('shop').filter(statement => /^(INSERT|UPDATE)/i.test(statement)).length).toBeGreaterThan(0)
    expect(only('astern').length).toBeGreaterThan(20)
    const harmless = /^(SELECT|SHOW|SET SESSION (max_statement_time = \d+|TRANSACTION READ ONLY)$)/
    expect(
      only('astern').filter(statement => !harmless.test(statement) || /GET_LOCK|FOR UPDATE/.test(statement)),
    ).toEqual([])
    expect([...new Set(sent.map(({ account }) => account))].sort()).toEqual(['astern', 'root', 'shop'])
  })

  test('finds by its doctor that the database can be reversed, and which right is missing once it is taken away', async () => {
    const backups = async () => {
      const { stdout } = await stage.astern(['doctor', '--json'])
      const found = JSON.parse(stdout) as { requirement: string; what: string; ok: boolean }[]
      return found.filter(({ requirement }) => requirement === 'backups').map(({ what, ok }) => [what, ok])
    }
    const kept = expect.stringMatching(
      /^main on .+: what a reversal takes away is kept beside it, up to \d+ bytes$/,
    ) as string
    expect(await backups()).toEqual([[kept, true]])
    await stage.shop.store.run("REVOKE CREATE USER ON *.* FROM astern@'%'")
    expect(await backups()).toEqual([
      [kept, true],
      [
        'main: the account astern has no right to keep the writers out: GRANT CREATE USER ON *.* to it, and plan again',
        false,
      ],
    ])
  })
})
