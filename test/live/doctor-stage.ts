import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Shop } from '../../demo/stage.ts'
import { openMailServer } from '../channels/mail.ts'
import * as rules from '../channels/rules.ts'
import { openService } from '../channels/service.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { openRecorder, type Recorder } from '../engines/recorder.ts'
import { openRegistry, type TestRegistry } from '../engines/registry.ts'
import { openSshd, type TestSshd } from '../engines/ssh.ts'
import { makeCertificates, type Certificates } from '../engines/tls.ts'
import { openStage, type Stage } from './support.ts'

export type DoctorStage = {
  readonly stage: Stage
  readonly host: TestEngine
  readonly recorder: Recorder
  readonly registry: TestRegistry
  readonly certificates: Certificates
  readonly sshd: TestSshd
  /** How the registry knows the image to go back to. */
  readonly image: string
  readonly backup: string
  /** The manifest as it is, and with this in the place of its parts. */
  readonly written: () => Manifest
  readonly write: (manifest: object) => void
  readonly close: () => Promise<void>
}

export type Manifest = {
  readonly hosts: Readonly<Record<string, object>>
  readonly databases: { readonly main: object & { readonly backups: object } }
  readonly notify: Readonly<Record<string, object>>
}

/** A shop in good order: on a MariaDB that is backed up, a container on an Engine whose registry has its images, and channels that answer. */
export async function openDoctorStage(): Promise<DoctorStage> {
  const files = mkdtempSync(join(tmpdir(), 'astern-doctor-'))
  const certificates = makeCertificates()
  const registry = await openRegistry()
  cpSync(registry.clientConfig(registry.account.password), join(files, 'docker'), { recursive: true })
  const host = await openEngine(address => [...registry.flags, ...certificates.flags(address)])
  const recorder = await openRecorder(host.socket)
  const sshd = await openSshd(host)
  const [slack, page] = [await openService(rules.slack), await openService(rules.statuspage())]
  const mail = await openMailServer()
  const image = await deploy(host, registry, '1.2.2')
  const around = { slack: slack.url, page: page.url, mail: mail.port, address: host.address }
  const stage = await openStage({
    database: 'mariadb',
    orderEveryMs: 0,
    prepare: async shop => {
      await shop.store.run("GRANT ALL ON `\\_astern\\_%`.* TO 'astern'@'%'")
      takeBackup(shop)
      // Recording writes, so it goes round the recorder.
      extend(shop, { ...around, socket: host.socket })
      const channels = { ROOM: `${slack.url}/services/T0/B0/secretpart`, PAGE: 'secretpart-of-page' }
      Object.assign(shop.env, channels, { DOCKER_CONFIG: join(files, 'docker') })
    },
  })
  await host.docker.getContainer('mailer-1').remove({ force: true })
  await deploy(host, registry, '1.3.0')
  const { manifestFile } = stage.shop
  const read = (): Manifest => parse(readFileSync(manifestFile, 'utf8')) as Manifest
  const write = (manifest: object): void => writeFileSync(manifestFile, stringify(manifest))
  const manifest = read()
  write({
    ...manifest,
    hosts: { ...manifest.hosts, 'web-2': { docker: `unix://${recorder.socket}`, address: host.address } },
  })
  chmodSync(stage.shop.root, 0o755)
  chmodSync(manifestFile, 0o644)
  return {
    stage,
    host,
    recorder,
    registry,
    certificates,
    sshd,
    image,
    backup: join(stage.shop.root, 'backups', 'nightly'),
    written: read,
    write,
    close: async () => {
      await stage.close()
      await sshd.close()
      await recorder.close()
      await host.close()
      await registry.close()
      await Promise.all([slack, page, mail].map(one => one.close()))
      certificates.remove()
      rmSync(files, { recursive: true, force: true })
    },
  }
}

async function deploy({ docker }: TestEngine, registry: TestRegistry, version: string): Promise<string> {
  const id = await importImage(docker, { name: `made/mailer:${version}`, says: version })
  const reference = await registry.push(docker, id, `shop/mailer:${version}`)
  const made = await docker.createContainer({
    name: 'mailer-1',
    Image: `${registry.address}/shop/mailer:${version}`,
    HostConfig: { PortBindings: { '8080/tcp': [{ HostPort: '8081' }] }, RestartPolicy: { Name: 'unless-stopped' } },
    ExposedPorts: { '8080/tcp': {} },
  })
  await made.start()
  return reference
}

function takeBackup(shop: Shop): void {
  const to = join(shop.root, 'backups')
  mkdirSync(to)
  const words = ['-u', 'root', '-S', shop.database, '-B', 'shop', '-o', join(to, 'nightly'), '-G', '-R', '-E']
  execFileSync('mydumper', words)
}

type Around = {
  readonly slack: string
  readonly page: string
  readonly mail: number
  readonly address: string
  readonly socket: string
}

function extend({ manifestFile, root }: Shop, { page, mail, address, socket }: Around): void {
  const written = parse(readFileSync(manifestFile, 'utf8')) as Manifest & { readonly services: object }
  const { main } = written.databases
  const health = { http: 'http://{host}:8081/healthz' }
  const smtp = `smtp://127.0.0.1:${mail}`
  writeFileSync(
    manifestFile,
    stringify({
      ...written,
      hosts: { ...written.hosts, 'web-2': { docker: `unix://${socket}`, address } },
      services: {
        ...written.services,
        mailer: { hosts: ['web-2'], container: 'mailer-1', stop: { grace: '1s' }, health },
      },
      databases: { main: { ...main, backups: { tool: 'mydumper', dir: join(root, 'backups'), max_age: '26h' } } },
      notify: {
        ...written.notify,
        room: { slack: { webhook: 'env:ROOM' } },
        page: { statuspage: { page: 'page1', key: 'env:PAGE', api: page }, audience: 'public' },
        board: { email: { smtp, tls: 'none', from: 'a@shop.example', to: ['b@shop.example'] } },
      },
    }),
  )
}
