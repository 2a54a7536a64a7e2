import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Finding } from '../../src/cli/doctor-finding.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { all } from './doctor-broken.ts'
import { openDoctorStage, type DoctorStage } from './doctor-stage.ts'
import type { RunOptions } from './support.ts'

const longest = 240_000

describeWithEngines('the doctor', () => {
  let at: DoctorStage
  beforeAll(async () => void (at = await openDoctorStage()), longest)
  afterAll(() => at?.close(), longest)

  const found = async (
    run: RunOptions = {},
  ): Promise<{ readonly code: number | null; readonly findings: readonly Finding[] }> => {
    const { code, stdout, stderr } = await at.stage.astern(['doctor', '--json'], run)
    if (stdout === '') throw new Error(stderr)
    return { code, findings: JSON.parse(stdout) as Finding[] }
  }

  test(
    'finds an environment in good order good, and touches nothing: not the Engine, not the database',
    async () => {
      const { store } = at.stage.shop
      await store.run("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON")
      const { code, findings } = await found()
      await store.run('SET GLOBAL general_log = OFF')
      expect(findings.filter(({ ok }) => !ok)).toEqual([])
      expect([code, new Set(findings.map(({ requirement }) => requirement))]).toEqual([
        0,
        new Set(['automation', 'artifacts', 'backups', 'channels']),
      ])
      expect(at.recorder.asked().length).toBeGreaterThan(5)
      expect(at.recorder.asked().filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([])
      const logged = await store.rows(
        "SELECT CONVERT(argument USING utf8mb4) AS s FROM mysql.general_log WHERE user_host LIKE 'astern%' AND command_type IN ('Query', 'Execute', 'Prepare')",
      )
      const harmless = /^(SELECT|SHOW|SET SESSION (max_statement_time = \d+|TRANSACTION READ ONLY)$)/
      const sent = logged.map(({ s }) => String(s).trimStart())
      expect(sent.length).toBeGreaterThan(10)
      expect(sent.filter(statement => !harmless.test(statement) || /GET_LOCK|FOR UPDATE/.test(statement))).toEqual([])
    },
    longest,
  )

  test.each(all.map(broken => [broken.name, broken] as const))(
    'names %s, and the next action',
    async (_, { breaks, what, next }) => {
      const manifest = at.written()
      const { run, mend } = await breaks(at)
      try {
        const { code, findings } = await found(run)
        const bad = findings.filter(({ ok }) => !ok)
        const told = bad.find(finding => what.test(finding.what))
        expect(bad.map(finding => `${finding.what} -> ${finding.next}`).join('\n')).toMatch(what)
        expect(told?.next).toMatch(next)
        for (const finding of bad) expect(finding.next).toMatch(/^\S.{9,}/)
        const table = await at.stage.astern(['doctor'], run)
        expect(table.stdout.replaceAll(/\s+/g, ' ')).toMatch(what)
        expect(table.stdout).toContain(`next: ${told?.next ?? '?'}`)
        expect([code, table.code]).toEqual([1, 1])
      } finally {
        await mend?.()
        at.write(manifest)
      }
    },
    longest,
  )
}, ['docker-registry', 'mariadbd', 'mydumper', 'sshd'])
