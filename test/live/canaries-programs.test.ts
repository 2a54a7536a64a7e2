import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Connection } from 'mysql2/promise'
import { afterEach, expect, test } from 'vitest'
import type { Plan } from '../../src/state/plan.ts'
import { describeWithEngines } from '../engines/describe.ts'
import { openSshd, type TestSshd } from '../engines/ssh.ts'
import { startMariaDb, type MariaDb } from '../mariadb/server.ts'
import { canary, leaksBelow, leaksIn, odd, sampleProcesses } from './canary.ts'
import { openContainerStage } from './program-container-stage.ts'
import { moveNotes, openProgramStage, usual } from './program-stage.ts'
import { openAgent } from './ssh-agent.ts'
import { finished, runsOf, stateOf, type Ran } from './support.ts'

const longest = { timeout: 300_000 }
/** It says what it was given, and writes it where the test can read it. */
const tells = (file: string): string =>
  `console.log(process.env); require('node:fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.env))`
/** The console, the engine, and the program with what starts it. */
const given = /^environ: .* of (.*dist\/(cli|engine)\.js|npm exec knex|sh -c '?knex|node .*knex|.*\/bin\/npx|npx )/

let closing: (() => Promise<unknown> | void)[] = []
const files = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'astern-canaries-'))
  closing.push(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

describeWithEngines('secrets of hosts behind ssh, of replicas and of programs', () => {
  afterEach(async () => {
    for (const close of closing.reverse()) await close()
    closing = []
  })

  test(
    'are in nothing that Astern keeps, says, sends or starts, where the program has a container behind ssh',
    longest,
    async () => {
      const [password, replication, passphrase] = [canary('+/'), canary(), canary(odd)]
      const [key, license] = [canary(odd), canary('/+&<x>')]
      const licenseFile = join(files(), 'license')
      writeFileSync(licenseFile, `${license}\n`, { mode: 0o600 })
      const agent = await openAgent()
      closing.push(agent.close)
      const made: { sshd?: TestSshd; replica?: MariaDb } = {}
      const stage = await openContainerStage({
        password,
        down: [tells('/signals/told'), ...usual],
        program: { API_KEY: 'env:API_KEY', LICENSE: `file:${licenseFile}` },
        env: { API_KEY: key, SSH_AUTH_SOCK: agent.socket },
        host: async engine => {
          made.sshd = await openSshd(engine, 22, [], passphrase)
          closing.push(made.sshd.close)
          agent.load(made.sshd.files.key, passphrase)
          return { docker: `ssh://${made.sshd.destination}`, ssh_config: made.sshd.files.config }
        },
        replicas: async server => {
          made.replica = await replicaOf(server, replication)
          closing.push(made.replica.remove)
          return [{ host: '127.0.0.1', port: made.replica.port }]
        },
      })
      closing.push(stage.close)
      const { sshd, replica } = made
      if (sshd === undefined || replica === undefined) throw new Error('they were not made')
      const privateKey = readFileSync(sshd.files.key, 'utf8')
      const secrets = new Map([
        ['the password at the server and its replica', password],
        ['the password of replication', replication],
        ['the passphrase of a key', passphrase],
        ['a key of ssh', privateKey.split('\n')[2] ?? ''],
        ['the environment of a program', key],
        ['the environment of a program, out of a file', license],
      ])

      const sampler = sampleProcesses(secrets)
      const { said, run } = await rolledBackAndUndone(args => finished(stage.start(args)), stage.home)
      const processes = await sampler.stop()

      const volumes = JSON.stringify(await stage.engine.docker.listVolumes())
      expect({
        ...(await kept(stage, secrets, said)),
        volumes: leaksIn(volumes, secrets),
        processes: processes.leaks.filter(leak => !given.test(leak)),
      }).toEqual({ home: [], said: [], messages: [], database: [], volumes: [], processes: [] })

      const told = JSON.parse(readFileSync(join(stage.directory, 'signals', 'told'), 'utf8')) as Record<string, string>
      const connected = async (server: MariaDb, account: string): Promise<boolean> =>
        (await server.log()).some(({ kind, sql }) => kind === 'Connect' && sql.startsWith(`${account}@`))
      expect({
        server: await connected(stage.server, 'astern'),
        replica: await connected(replica, 'astern'),
        replication: await connected(stage.server, 'repl'),
        passphrase: opensWith('', sshd.files.key) ? 'is not asked for' : opensWith(passphrase, sshd.files.key),
        key: sshd.accepted() > 0,
        program: [told['API_KEY'], told['LICENSE'], told['DATABASE_URL']],
        hidden: /API_KEY: .\*\*\*/.test(evidenceOf(run)),
      }).toEqual({
        server: true,
        replica: true,
        replication: true,
        passphrase: true,
        key: true,
        program: [key, license, stage.env['ASTERN_DB_URL']],
        hidden: true,
      })
    },
  )

  test('nor where it is a process of a release that fails, and says all it knows', longest, async () => {
    const [password, key] = [canary(odd.replace("'", '')), canary(odd)]
    const told = join(files(), 'told')
    const stage = await openProgramStage({
      password,
      down: [tells(told), 'throw new Error(JSON.stringify(process.env))'],
      program: { API_KEY: 'env:API_KEY' },
      env: { API_KEY: key },
    })
    closing.push(stage.close)
    const secrets = new Map([
      ['the password of who reverses', password],
      ['the environment of a program', key],
    ])
    const sampler = sampleProcesses(secrets)
    const ran = await stage.astern(await rollbackArgs(stage.astern))
    const run = runsOf(stage.home)[0] ?? ''
    const said = [ran, await stage.astern(['report', basename(run)]), await stage.astern(['status', '--json'])]
    const processes = await sampler.stop()
    expect({
      ...(await kept(stage, secrets, said)),
      record: leaksBelow(join(stage.directory, 'host', '.astern'), secrets),
      processes: processes.leaks.filter(leak => !given.test(leak)),
    }).toEqual({ home: [], said: [], messages: [], database: [], record: [], processes: [] })
    expect([ran.code, stateOf(run).steps[`main.down.${moveNotes}`]?.fault?.detail]).toEqual([
      4,
      expect.stringContaining('***'),
    ])
    expect(JSON.parse(readFileSync(told, 'utf8'))).toMatchObject({
      API_KEY: key,
      DATABASE_URL: expect.stringContaining(encodeURIComponent(password)) as string,
    })
  })
}, ['mariadbd', 'ssh-agent', 'sshd'])

type Astern = (args: readonly string[]) => Promise<Ran>

async function rollbackArgs(astern: Astern): Promise<readonly string[]> {
  const planned = await astern(['plan', '--json'])
  const { hash, plan } = JSON.parse(planned.stdout) as { hash: string; plan: Plan }
  expect(plan.blockers).toEqual([])
  return ['rollback', '--headless', '--confirm', 'shop', '--confirm', 'main', '--confirm-plan', hash]
}

async function rolledBackAndUndone(run: Astern, home: string) {
  const said: Ran[] = []
  const astern: Astern = async args => {
    const ran = await run(args)
    said.push(ran)
    return ran
  }
  await astern(['doctor'])
  const rolled = await astern(await rollbackArgs(astern))
  expect([rolled.code, rolled.stderr]).toEqual([0, ''])
  const [directory = ''] = runsOf(home)
  for (const format of ['markdown', 'html', 'json']) await astern(['report', basename(directory), '--format', format])
  await astern(['status', '--json'])
  return { said, run: directory }
}

type Kept = { readonly home: string; readonly directory: string; readonly root: Connection }

async function kept({ home, directory, root }: Kept, secrets: ReadonlyMap<string, string>, said: readonly Ran[]) {
  const [tables] = await root.query(
    "SELECT table_schema AS s, table_name AS t FROM information_schema.tables WHERE table_name LIKE '%astern%'",
  )
  const own = (tables as { s: string; t: string }[]).map(({ s, t }) => root.query(`SELECT * FROM \`${s}\`.\`${t}\``))
  const rows = (await Promise.all(own)).map(([found]) => found)
  return {
    home: leaksBelow(home, secrets),
    said: said.flatMap(({ stdout, stderr }) => leaksIn(stdout + stderr, secrets)),
    messages: leaksIn(readFileSync(join(directory, 'incidents.ndjson'), 'utf8'), secrets),
    database: leaksIn(JSON.stringify(rows), secrets),
  }
}

async function replicaOf(primary: MariaDb, password: string): Promise<MariaDb> {
  const root = await primary.root()
  await root.query(`CREATE USER repl@'%' IDENTIFIED BY '${password}'`)
  await root.query("GRANT REPLICATION SLAVE ON *.* TO repl@'%'")
  await root.end()
  const replica = await startMariaDb(['--server-id=2'])
  const there = await replica.root()
  await there.query(
    `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${primary.port}, MASTER_USER = 'repl', MASTER_PASSWORD = '${password}', MASTER_LOG_FILE = 'binlog.000001', MASTER_LOG_POS = 4`,
  )
  await there.query('START SLAVE')
  await there.end()
  return replica
}

function opensWith(passphrase: string, key: string): boolean {
  try {
    execFileSync('ssh-keygen', ['-y', '-P', passphrase, '-f', key], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function evidenceOf(run: string): string {
  const list = execFileSync('find', [join(run, 'evidence'), '-name', 'main.down.*'], { encoding: 'utf8' }).trim()
  return list
    .split('\n')
    .map(file => readFileSync(file, 'utf8'))
    .join('\n')
}
