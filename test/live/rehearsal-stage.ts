import { readFileSync, writeFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import type { MariaDb } from '../mariadb/server.ts'
import type { Stage } from './support.ts'

type Written = { databases: { main: Record<string, unknown> } } & Record<string, unknown>

/** The shop's manifest, changed. */
export function rewrite(stage: Stage, change: (written: Written) => void): void {
  const written = parse(readFileSync(stage.shop.manifestFile, 'utf8')) as Written
  change(written)
  writeFileSync(stage.shop.manifestFile, stringify(written))
}

/** A server of its own for clones, and in the manifest where it is. */
export async function giveRoom(stage: Stage, server: MariaDb, more: object = {}): Promise<void> {
  const root = await server.root()
  for (const sql of [
    "CREATE USER IF NOT EXISTS rehearsal@'%'",
    "GRANT ALL ON `\\_astern\\_rehearsal\\_%`.* TO rehearsal@'%'",
  ])
    await root.query(sql)
  await root.end()
  rewrite(stage, ({ databases: { main } }) => {
    main['rehearsal'] = { mysql: { host: '127.0.0.1', port: server.port, user: 'rehearsal' }, ...more }
  })
}

export async function clonesOn(server: MariaDb): Promise<readonly string[]> {
  const root = await server.root()
  const [rows] = await root.query("SHOW DATABASES LIKE '\\_astern%'")
  await root.end()
  return (rows as object[]).map(row => String(Object.values(row)[0]))
}
