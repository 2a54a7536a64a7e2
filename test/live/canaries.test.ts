import { spawn } from 'node:child_process'
import { basename, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWithEngines } from '../engines/describe.ts'
import { openCanaries, type CanaryStage } from './canaries-stage.ts'
import { canary, leaksBelow, leaksIn, sampleProcesses } from './canary.ts'
import { finished, isEngine, rollbackArgs, runsOf, stateOf, undoByHash, until, untilRun, type Ran } from './support.ts'
import { openTerminal, type Terminal } from './terminal.ts'

const longest = 600_000

describeWithEngines('secrets, one wherever one can be', () => {
  let canaries: CanaryStage
  let terminal: Terminal | null = null
  beforeAll(async () => void (canaries = await openCanaries()), longest)
  afterAll(async () => {
    terminal?.kill('SIGKILL')
    await canaries?.close()
  }, longest)

  test(
    'are in nothing that Astern keeps, shows, prints, sends or starts, though each was used',
    async () => {
      const { stage, host, places } = canaries
      const secrets = new Map(places.map(({ name, value }) => [name, value]))
      const said: Ran[] = []
      const astern = async (...args: readonly string[]): Promise<Ran> => {
        const ran = await stage.astern(args)
        said.push(ran)
        return ran
      }
      const sampler = sampleProcesses(secrets)

      await astern('doctor')
      await astern('doctor', '--json')
      await astern('plan')
      await astern('check', '--format', 'tap')
      const rolled = finished(stage.start(await rollbackArgs(stage)))
      const run = await untilRun(stage.home, state => state.plan?.approved != null, 'it is approved')
      terminal = openTerminal(stage, ['watch', basename(run)])
      await until(() => mailerBegan(run), 'it works')
      const { pid = 0 } = stateOf(run).engine ?? {}
      process.kill(pid, 'SIGKILL')
      await until(() => !isEngine(pid), 'the engine is gone')
      said.push(await rolled)
      const ended = await astern('attach', basename(run), '--headless')
      for (const keys of ['1', '2', '3', '4', '5', '6', 'd', '?']) terminal.write(keys)
      await until(() => (terminal?.frames().size ?? 0) > 8, 'the screen is read')
      // A channel is down, so it is not reached; the undo holds first, for the hash of its plan.
      said.push(await undoByHash(stage, run))

      for (const format of ['markdown', 'html', 'json', 'csv', 'junit'])
        await astern('report', basename(run), '--format', format)
      await astern('plan', '--json')
      await astern('check', '--json')
      await astern('check', '--format', 'junit')
      await astern('status', '--json')
      await astern('runs', '--json')
      await astern('gate', '--version', '1.3.0', '--json')
      const processes = await sampler.stop()

      // Whoever has to hold them was given them: the console, the engine, the services, the container and what is run inside it.
      const given = /^environ: .* of .*(dist\/(cli|engine)\.js|server\.mjs|httpd -f|busybox sh -c echo \$API_TOKEN)/
      const kept = {
        home: leaksBelow(stage.home, secrets),
        record: leaksBelow(join(stage.shop.root, 'host', '.astern'), secrets),
        said: said.flatMap(({ stdout, stderr }) => leaksIn(stdout + stderr, secrets)),
        screen: [terminal.raw(), ...terminal.frames()].flatMap(frame => leaksIn(frame, secrets)),
        messages: leaksIn(canaries.messages(), secrets),
        volumes: leaksIn(JSON.stringify(await host.docker.listVolumes()), secrets),
        database: leaksIn(await asternTables(canaries), secrets),
        processes: processes.leaks.filter(leak => !given.test(leak)),
      }
      expect(kept).toEqual({
        home: [],
        record: [],
        said: [],
        screen: [],
        messages: [],
        volumes: [],
        database: [],
        processes: [],
      })

      const unused = await Promise.all(places.map(async ({ name, isUsed }) => ((await isUsed()) ? [] : [name])))
      expect(unused.flat()).toEqual([])
      expect([ended.code, processes.seen > 50, runsOf(stage.home).length]).toEqual([1, true, 3])
      const { after } = stateOf(run).suites
      const hiding = Object.values(after?.results ?? {}).filter(({ says }) => says.includes('***'))
      expect(hiding.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['header', 'address', 'row', 'inside', 'said']),
      )
    },
    longest,
  )
}, ['docker-registry', 'mariadbd'])

function mailerBegan(run: string): boolean {
  return Object.values(stateOf(run).steps).some(({ id, status }) => id.startsWith('mailer') && status === 'ok')
}

/** What Astern keeps in the database itself. */
async function asternTables({ stage }: CanaryStage): Promise<string> {
  const { store } = stage.shop
  const tables = await store.rows(
    "SELECT table_schema AS s, table_name AS t FROM information_schema.tables WHERE table_name LIKE '%astern%'",
  )
  const rows = tables.map(({ s, t }) => store.rows(`SELECT * FROM \`${String(s)}\`.\`${String(t)}\``))
  return JSON.stringify(await Promise.all(rows))
}

describe('the last words of a process', () => {
  test('hide what it knew, in a stack that nobody caught, and it ends with 70', async () => {
    const secret = canary()
    const source = `
      import { openSecrets } from '${resolve(import.meta.dirname, '../../src/runners/secrets.ts')}'
      import { guardOutput } from '${resolve(import.meta.dirname, '../../src/cli/guard-output.ts')}'
      const secrets = openSecrets(process.env)
      guardOutput(secrets.mask)
      const value = await secrets.resolve('env:CANARY')
      console.error('a warning of ' + encodeURIComponent(value))
      setTimeout(() => { throw new Error('refused: ' + value) })`
    const ran = await finished(
      spawn(process.execPath, ['--input-type=module', '-e', source], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, CANARY: secret },
      }),
    )
    expect([ran.code, leaksIn(ran.stdout + ran.stderr, new Map([['it', secret]]))]).toEqual([70, []])
    expect(ran.stderr).toContain('a warning of ***\nastern: a bug in Astern: Error: refused: ***\n    at ')
  })
})
