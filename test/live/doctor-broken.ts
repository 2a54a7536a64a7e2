import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { openRewriter } from '../engines/rewriter.ts'
import type { DoctorStage, Manifest } from './doctor-stage.ts'
import { nobody } from './other-account.ts'
import { endEngines, isEngine, runsOf, stateOf, until, type RunOptions } from './support.ts'

/** One way in which an environment is broken, and what an operator is told of it. */
export type Broken = {
  readonly name: string
  /** Gives what the doctor is then run with, and how it is mended. */
  readonly breaks: (at: DoctorStage) => Promise<Way> | Way
  readonly what: RegExp
  readonly next: RegExp
}
type Way = { readonly run?: RunOptions; readonly mend?: () => unknown }

/** The manifest with another way to the Docker host. */
function through(at: DoctorStage, host: object): Way {
  const manifest = at.written()
  at.write({ ...manifest, hosts: { ...manifest.hosts, 'web-2': { address: at.host.address, ...host } } })
  return {}
}

function changed(at: DoctorStage, change: (manifest: Manifest) => object): Way {
  at.write(change(at.written()))
  return {}
}

async function rewritten(at: DoctorStage, changes: Parameters<typeof openRewriter>[1]): Promise<Way> {
  const rewriter = await openRewriter(at.host.socket, changes)
  return { ...through(at, { docker: `unix://${rewriter.socket}` }), mend: rewriter.close }
}

/** Away, and back again. */
function away(path: string, to = dirname(path)): Way {
  const place = join(to, `${basename(path)}.away`)
  renameSync(path, place)
  return { mend: () => renameSync(place, path) }
}

function edited(path: string, edit: (text: string) => string): Way {
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, edit(text))
  return { mend: () => writeFileSync(path, text) }
}

function release(at: DoctorStage, version: string): string {
  return join(at.stage.shop.root, 'host', 'api', 'releases', version)
}

const tls = ({ host }: DoctorStage): string => `tcp://${host.address}:2376`

export const all: readonly Broken[] = [
  {
    name: 'a host that is cut off',
    breaks: at => {
      at.host.link('down')
      return { ...through(at, { docker: tls(at), tls: at.certificates.client }), mend: () => at.host.link('up') }
    },
    what: /The Engine on web-2 (cannot be reached|gave no answer)/,
    next: /./,
  },
  {
    name: 'an authority that did not sign the host’s certificate',
    breaks: at => through(at, { docker: tls(at), tls: at.certificates.stranger }),
    what: /The Engine on web-2 cannot be reached.*certificate/i,
    next: /certificate|tls|ca/i,
  },
  {
    name: 'a certificate that has expired',
    breaks: at => through(at, { docker: tls(at), tls: at.certificates.expired }),
    what: /The Engine on web-2 cannot be reached.*certificate/i,
    next: /Put a new one in its place/,
  },
  {
    name: 'a host key that has changed',
    breaks: at => {
      at.sshd.know('another')
      return { ...through(at, { docker: `ssh://${at.sshd.destination}` }), mend: () => at.sshd.know('own') }
    },
    what: /The Engine on web-2 cannot be reached.*ssh could not connect/,
    next: /If its host key has changed, find out why/,
  },
  {
    name: 'an account without the right to the Docker socket',
    breaks: at => {
      const home = mkdtempSync(join(tmpdir(), 'astern-other-'))
      chmodSync(home, 0o777)
      chmodSync(join(at.host.socket, '..'), 0o755)
      chmodSync(at.host.socket, 0o660)
      return {
        ...through(at, { docker: `unix://${at.host.socket}` }),
        run: { uid: nobody, home },
        mend: () => rmSync(home, { recursive: true }),
      }
    },
    what: /The Engine on web-2 cannot be reached.*(permission|not allowed|may not)/i,
    next: /group docker|docker/i,
  },
  {
    name: 'an Engine that is too old',
    breaks: at => rewritten(at, { ApiVersion: () => '1.38', Version: () => '18.06.1' }),
    what: /web-2: its Engine is 18\.06\.1, which speaks API 1\.38 only; 1\.40 is needed/,
    next: /Update Docker on that host/,
  },
  {
    name: 'a clock that is far off',
    breaks: at => rewritten(at, { SystemTime: time => new Date(Date.parse(time) - 3_600_000).toISOString() }),
    what: /the clock of web-2 is (59:59|1:00:0\d) behind this machine's/,
    next: /timedatectl/,
  },
  {
    name: 'a full disk where runs are kept',
    breaks: () => {
      const home = mkdtempSync(join(tmpdir(), 'astern-small-'))
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', home])
      return { run: { home }, mend: () => execFileSync('umount', [home]) }
    },
    what: /only 8 MB are free where runs are kept/,
    next: /Make room there, or set ASTERN_HOME/,
  },
  {
    name: 'a home that cannot be written',
    breaks: () => ({ run: { home: '/etc/hostname/astern' } }),
    what: /no run can be kept in \/etc\/hostname\/astern: \/etc\/hostname is no directory that is writable/,
    next: /set ASTERN_HOME to a directory that is/,
  },
  {
    name: 'a release to go back to that one host has lost',
    breaks: at => away(release(at, '1.2.2')),
    what: /api@local.*1\.2\.2|1\.2\.2.*api@local/,
    next: /./,
  },
  {
    name: 'a service that does not run',
    breaks: async at => {
      await at.host.docker.getContainer('mailer-1').stop({ t: 0 })
      return { mend: () => at.host.docker.getContainer('mailer-1').start() }
    },
    what: /mailer@web-2 is stopped/,
    next: /./,
  },
  {
    name: 'a backup that was never made',
    breaks: at => away(at.backup, at.stage.shop.root),
    what: /main: no whole backup lies there/,
    next: /take one now/,
  },
  {
    name: 'a backup that is too old',
    breaks: at =>
      changed(at, manifest => {
        const { main } = manifest.databases
        return { ...manifest, databases: { main: { ...main, backups: { ...main.backups, max_age: '1s' } } } }
      }),
    what: /main: the newest whole backup is nightly, \d+ min, and should be at most 0 min old/,
    next: /Look why none was made since/,
  },
  {
    name: 'a backup that is not whole',
    breaks: at => edited(join(at.backup, 'metadata'), text => text.replace(/^.*Finished dump.*$/m, '')),
    what: /main: backup nightly: /,
    next: /Look why it is not whole/,
  },
  {
    name: 'a backup that its checksum does not fit',
    breaks: at => {
      const sums = join(at.backup, 'SHA256SUMS')
      const other = createHash('sha256').update('other').digest('hex')
      writeFileSync(sums, `${other}  metadata\n`)
      return { mend: () => rmSync(sums) }
    },
    what: /main: backup nightly: it is not what its checksum was made of/,
    next: /make another/,
  },
  {
    name: 'a tool that would restore, and is missing',
    breaks: () => {
      const bin = mkdtempSync(join(tmpdir(), 'astern-bin-'))
      for (const tool of ['flock', 'setpriv', 'ssh']) symlinkSync(join('/usr/bin', tool), join(bin, tool))
      return { run: { env: { PATH: bin } }, mend: () => rmSync(bin, { recursive: true }) }
    },
    what: /main cannot be restored: myloader is not installed on this machine/,
    next: /Set it right/,
  },
  {
    name: 'a wrong password of the database',
    breaks: () => ({ run: { env: { ASTERN_DB_PASSWORD: 'not-the-password' } } }),
    what: /main.*(refuses|password|account)/i,
    next: /password|account/i,
  },
  {
    name: 'a right that the account lacks',
    breaks: async at => {
      await at.stage.shop.store.run("REVOKE CREATE USER ON *.* FROM 'astern'@'%'")
      return { mend: () => at.stage.shop.store.run("GRANT CREATE USER ON *.* TO 'astern'@'%'") }
    },
    what: /main: the account astern has no right to keep the writers out: GRANT CREATE USER/,
    next: /./,
  },
  {
    name: 'a replica that is not there',
    breaks: at =>
      changed(at, manifest => ({
        ...manifest,
        databases: { main: { ...manifest.databases.main, replicas: [{ host: '127.0.0.1', port: 1 }] } },
      })),
    what: /main: replica 127\.0\.0\.1:1: /,
    next: /take it out of replicas/,
  },
  {
    name: 'the script of a migration that is missing',
    breaks: at => {
      const directory = release(at, '1.3.0')
      const file = readdirSync(directory, { recursive: true, encoding: 'utf8' }).find(name => name.includes('20261118'))
      return away(join(directory, file ?? ''))
    },
    what: /main: the script of migration 20261118 is not in the release that runs/,
    next: /./,
  },
  {
    name: 'a key of a channel that is not taken',
    breaks: () => ({ run: { env: { PAGE: 'another-key' } } }),
    what: /page: Statuspage answers 401/,
    next: /key|Correct/,
  },
  {
    name: 'a mail server that refuses connections',
    breaks: at =>
      changed(at, manifest => ({
        ...manifest,
        notify: {
          ...manifest.notify,
          board: { email: { smtp: 'smtp://127.0.0.1:1', tls: 'none', from: 'a@shop.example', to: ['b@shop.example'] } },
        },
      })),
    what: /board: e-mail: its server cannot be reached/,
    next: /Correct its server/,
  },
  {
    name: 'a lock that a dead run left',
    breaks: async at => {
      const manifest = at.written()
      // The run itself has to write, so it goes round the recorder.
      through(at, { docker: `unix://${at.host.socket}` })
      await at.stage.astern(['rollback', '--headless'])
      const run = runsOf(at.stage.home).at(-1) ?? ''
      const { pid = 0 } = stateOf(run).engine ?? {}
      process.kill(pid, 'SIGKILL')
      await until(() => !isEngine(pid), 'the engine is gone')
      at.write(manifest)
      return {
        mend: async () => {
          through(at, { docker: `unix://${at.host.socket}` })
          await at.stage.astern(['stop', basename(run), '--reason', 'it is dead'])
          await endEngines(at.stage.home)
        },
      }
    },
    what: /is held by run \S+ of \S+, whose engine is gone/,
    next: /Go on with it: astern attach \S+ +or end it: astern stop/,
  },
  // The last one: it is not mended.
  {
    name: 'an image that neither its host nor its registry has any more',
    breaks: async at => {
      await at.registry.forget(at.image)
      for (const name of [at.image.replace(/@.*/, ':1.2.2'), 'made/mailer:1.2.2'])
        await at.host.docker
          .getImage(name)
          .remove({ force: true })
          .catch(() => {})
      return {}
    },
    what: /mailer@web-2.*is not on web-2/,
    next: /./,
  },
]
