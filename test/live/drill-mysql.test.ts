import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../../src/runners/journal/read.ts'
import { parseList, type Production } from '../../src/state/drill/production.ts'
import { describeWithMariaDb } from '../mariadb/describe.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { elsewhere, openDrillStage, textOf, withInject, withTargets, type DrillStage } from './drill-stage.ts'

const accepted = [0]

describeWithMariaDb('a drill on a MariaDB', () => {
  let stage: DrillStage
  const servers: Record<'first' | 'second', MariaDb> = {} as never
  beforeAll(async () => {
    servers.first = await startMariaDb()
    servers.second = await startMariaDb()
    for (const server of Object.values(servers)) {
      const root = await server.root()
      for (const user of ['astern', 'someone'])
        for (const sql of [`CREATE USER ${user}@'%'`, `GRANT ALL ON *.* TO ${user}@'%'`]) await root.query(sql)
      await root.end()
    }
  })
  beforeEach(async () => {
    stage = openDrillStage()
    stage.publish(elsewhere)
    for (const server of Object.values(servers)) {
      const root = await server.root()
      for (const name of ['shop', 'shop_live']) {
        await root.query(`CREATE OR REPLACE DATABASE ${name}`)
        await root.query(`CREATE TABLE ${name}.orders (id INT PRIMARY KEY)`)
      }
      await root.end()
    }
  })
  afterEach(() => stage.close())
  afterAll(async () => {
    for (const server of Object.values(servers)) await server.remove()
  })

  type At = Pick<MariaDb, 'port' | 'socket'>
  const mysql = ({ port }: At, database = 'shop', user = 'astern') => ({
    mysql: { host: '127.0.0.1', port, user, database },
  })
  const bySocket = ({ socket }: At, database: string, user = 'someone') => ({
    mysql: { socket, user, database },
  })
  const staging = (name: string, main: object) =>
    stage.write(`staging-${name}.yaml`, text =>
      withTargets(text, {
        hosts: { local: { releases: 'staging/host' } },
        databases: { main },
      }),
    )
  const check = (config: string) =>
    stage.check(
      config,
      stage.scenario(text => withInject(text, '{ id: ask, at: 2m, kind: event, text: hello }', '{}')),
    )

  /** Production publishes itself; its directories lie on another machine than these. */
  const publish = async (database: object) => {
    const production = stage.write('production.yaml', text =>
      withTargets(text, {
        hosts: { live: { releases: 'production/host' } },
        databases: { orders: database },
      }),
    )
    expect((await stage.astern(['freeze', '--reason', 'to publish it'], production)).code).toBe(0)
    const { shop, ...others } = parseList(textOf(stage.list), sha256) as Production
    if (shop === undefined) throw new Error('production was not published')
    const ids = Object.fromEntries(Object.entries(shop.ids).filter(([id]) => /^(server|schema):/.test(id)))
    stage.publish({ ...others, shop: { ...shop, ids } })
  }

  test('is played where the database bears its mark, by whatever address and account it is reached', async () => {
    const config = staging('first', mysql(servers.first))
    expect(await check(config)).toEqual([3, 'mark.missing', 'mark.missing'])
    expect(await stage.mark(config)).toBe(0)
    expect(await check(config)).toEqual(accepted)
    expect(await check(staging('socket', bySocket(servers.first, 'shop')))).toEqual(accepted)
  })

  test('is refused where it is production by another name, way and account; on another server it is not', async () => {
    const [same, other] = [staging('same', mysql(servers.first)), staging('other', mysql(servers.second))]
    await stage.mark(same)
    await stage.mark(other)
    await publish(bySocket(servers.first, 'shop'))
    expect(await check(same)).toEqual([3, 'production.schema'])
    expect(await stage.mark(same)).toBe(3)
    expect(await check(other)).toEqual(accepted)
  })

  test("is refused on a schema beside production's, which has its server; on another server it is not", async () => {
    const [beside, other] = [staging('beside', mysql(servers.first)), staging('other', mysql(servers.second))]
    await stage.mark(beside)
    await stage.mark(other)
    await publish(mysql(servers.first, 'shop_live'))
    expect(await check(beside)).toEqual([3, 'production.server'])
    expect(await check(other)).toEqual(accepted)
  })

  test('is refused on a restored dump, which brings the mark along; marked there, it is as good', async () => {
    const [marked, restored] = [staging('marked', mysql(servers.first)), staging('restored', mysql(servers.second))]
    await stage.mark(marked)
    await restore(await dump(servers.first, 'shop'), servers.second, 'shop')
    expect(await check(restored)).toEqual([3, 'mark.elsewhere'])
    expect(await stage.mark(restored)).toBe(0)
    expect(await check(restored)).toEqual(accepted)
    expect(await check(marked)).toEqual(accepted)
  })

  test('is refused on a dump restored beside, on the very server; marked there, it is as good', async () => {
    await stage.mark(staging('marked', mysql(servers.first)))
    await restore(await dump(servers.first, 'shop'), servers.first, 'shop_live')
    const beside = staging('beside', mysql(servers.first, 'shop_live'))
    expect(await check(beside)).toEqual([3, 'mark.elsewhere'])
    expect(await stage.mark(beside)).toBe(0)
    expect(await check(beside)).toEqual(accepted)
  })

  test('is refused on a server started from a clone of its disk; marked there, it is as good', async () => {
    const marked = staging('marked', mysql(servers.first))
    await stage.mark(marked)
    const clone = await startMariaDb()
    try {
      await Promise.all([clone.stop(), servers.first.stop()])
      cpSync(join(servers.first.directory, 'data'), join(clone.directory, 'data'), { recursive: true, force: true })
      await Promise.all([clone.start(), servers.first.start()])
      const cloned = staging('cloned', mysql(clone))
      expect(await check(cloned)).toEqual([3, 'mark.elsewhere'])
      expect(await check(marked)).toEqual(accepted)
      expect(await stage.mark(cloned)).toBe(0)
      expect(await check(cloned)).toEqual(accepted)
    } finally {
      await clone.remove()
    }
  })

  test('is refused while the server gives no answer; once it does, it is not', async () => {
    const config = staging('first', mysql(servers.first))
    await stage.mark(config)
    await servers.first.stop()
    expect(await check(config)).toEqual([3, 'target.unreachable'])
    await servers.first.start()
    expect(await check(config)).toEqual(accepted)
  })
})

async function dump({ socket }: MariaDb, database: string): Promise<string> {
  return (await execa('mariadb-dump', ['--no-defaults', `--socket=${socket}`, '--user=root', database])).stdout
}

async function restore(text: string, { socket }: MariaDb, database: string): Promise<void> {
  await execa('mariadb', ['--no-defaults', `--socket=${socket}`, '--user=root', database], { input: text })
}
