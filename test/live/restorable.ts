import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Shop } from '../../demo/stage.ts'

/** Backed up while the good release ran, as every night. */
export function backUp(shop: Shop): void {
  const backups = join(shop.root, 'backups')
  mkdirSync(backups)
  execFileSync('mydumper', [
    '-u',
    'root',
    '-S',
    shop.database,
    '-B',
    'shop',
    '-o',
    join(backups, 'nightly'),
    '-G',
    '-R',
    '-E',
  ])
  const manifest = parse(readFileSync(shop.manifestFile, 'utf8')) as { databases: { main: object } }
  manifest.databases.main = { ...manifest.databases.main, backups: { tool: 'mydumper', dir: backups } }
  writeFileSync(shop.manifestFile, stringify(manifest))
}

/** Whoever wrote 1.3.0 left none. */
export function takeWayDown(shop: Shop): void {
  const releases = join(shop.root, 'host', 'api', 'releases', '1.3.0')
  const file = readdirSync(releases, { recursive: true, encoding: 'utf8' }).find(name => name.includes('20261118'))
  const path = join(releases, file ?? '')
  writeFileSync(path, readFileSync(path, 'utf8').split('-- migrate:down')[0] ?? '')
}
