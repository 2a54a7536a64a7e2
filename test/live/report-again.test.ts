import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli, finished } from './support.ts'

const run = '1126-014203-2da8'
const places = [
  { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' },
  { TZ: 'Pacific/Auckland', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' },
  { TZ: 'America/St_Johns', LANG: 'ar_EG.UTF-8', LC_ALL: 'ar_EG.UTF-8' },
  { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: '' },
]

describe('the report of a run', () => {
  let home = ''
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'astern-home-'))
    mkdirSync(join(home, 'runs', run), { recursive: true })
    cpSync(resolve(import.meta.dirname, '../journals/0.1.0-rollback.jsonl'), join(home, 'runs', run, 'journal.jsonl'))
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  test.each(['markdown', 'html', 'json', 'csv', 'junit'])(
    'made again as %s is the same to the byte, wherever and in whatever language it is made',
    async format => {
      const made = []
      for (const place of places) {
        const child = spawn(process.execPath, [cli, 'report', run, '--format', format], {
          stdio: ['ignore', 'pipe', 'pipe'],
          cwd: '/',
          env: { PATH: process.env['PATH'], HOME: home, ASTERN_HOME: home, ...place },
        })
        made.push(await finished(child))
      }
      const [first] = made
      expect(first?.code).toBe(0)
      expect(first?.stdout.length).toBeGreaterThan(200)
      for (const other of made) expect(other).toEqual(first)
    },
  )
})
