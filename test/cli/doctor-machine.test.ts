import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { lingering } from '../../src/cli/doctor-machine.ts'

const ana = { uid: 1000, username: 'ana' }
const roots: string[] = []
afterEach(() => roots.splice(0).forEach(root => rmSync(root, { recursive: true })))

/** A machine with systemd, and these files. */
function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'astern-machine-'))
  roots.push(root)
  mkdirSync(join(root, 'run/systemd/system'), { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

const kills = { 'etc/systemd/logind.conf': '[Login]\n#KillUserProcesses=no\nKillUserProcesses=yes\n' }

test('an account whose processes end with its logout has to linger, and the doctor says how', () => {
  expect(lingering(machine(kills), ana)).toEqual([
    {
      requirement: 'automation',
      what: 'a run would end with the last logout of ana: this machine ends what is left of a session (KillUserProcesses)',
      ok: false,
      next: 'Let the account linger: loginctl enable-linger ana',
    },
  ])
  expect(lingering(machine({ ...kills, 'var/lib/systemd/linger/ana': '' }), ana)).toEqual([
    { requirement: 'automation', what: 'ana lingers: a run goes on after a logout', ok: true, next: '' },
  ])
})

test('nothing is said where nothing ends with a logout: no such setting, no systemd, or root', () => {
  const none = machine(kills)
  rmSync(join(none, 'run'), { recursive: true })
  const seen = [
    lingering(machine({ 'etc/systemd/logind.conf': '#KillUserProcesses=yes\n' }), ana),
    lingering(none, ana),
    lingering(machine(kills), { uid: 0, username: 'root' }),
  ]
  expect(seen).toEqual([[], [], []])
})
