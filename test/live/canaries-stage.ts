import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import type { Shop } from '../../demo/stage.ts'
import { openMailServer } from '../channels/mail.ts'
import { openService, type Heard, type Service } from '../channels/service.ts'
import { openEngine, type TestEngine } from '../engines/engine.ts'
import { importImage } from '../engines/images.ts'
import { openRegistry, type TestRegistry } from '../engines/registry.ts'
import { makeCertificates } from '../engines/tls.ts'
import { canary, odd } from './canary.ts'
import { placesOf, type Place } from './canary-places.ts'
import { openStage, type Stage } from './support.ts'

export type CanaryStage = {
  readonly stage: Stage
  readonly host: TestEngine
  readonly places: readonly Place[]
  /** What arrived, without the credentials that the channel's own wire has to carry. */
  readonly messages: () => string
  readonly close: () => Promise<void>
}

/** The shop of the demo on a MariaDB, a container on an Engine behind TLS, and a channel of every kind; a secret wherever one can be. */
export async function openCanaries(): Promise<CanaryStage> {
  const secret = secretsOf()
  const files = mkdtempSync(join(tmpdir(), 'astern-canaries-'))
  for (const [name, value] of Object.entries(secret.files))
    writeFileSync(join(files, name), `${value}\n`, { mode: 0o600 })
  const certificates = [makeCertificates(), makeCertificates()] as const
  const registry = await openRegistry()
  cpSync(registry.clientConfig(registry.account.password), join(files, 'docker'), { recursive: true })
  const host = await openEngine(address => [...registry.flags, ...certificates[0].flags(address)])
  const echo = await openService(echoes(secret.token))
  const channel = await openService(takesAll)
  const mail = await openMail(certificates[1], secret.env.MAIL)
  await deploy(host, registry, '1.2.2', secret)
  const stage = await openStage({
    database: 'mariadb',
    prepare: async shop => {
      await shop.store.run(accounts(secret))
      const docker = { docker: `tcp://${host.address}:2376`, tls: certificates[0].client, address: host.address }
      const ca = certificates[1].server.ca
      extend(shop, { docker, files, echo: echo.url, channel: channel.url, mail: mail.port, ca })
      Object.assign(shop.env, secret.env, addresses(secret, echo, channel), { DOCKER_CONFIG: join(files, 'docker') })
    },
  })
  await host.docker.getContainer('mailer-1').remove({ force: true })
  await deploy(host, registry, '1.3.0', secret)
  const heard = (is: (one: Heard) => boolean) => (): boolean => [...echo.heard(), ...channel.heard()].some(is)
  const key = readFileSync(certificates[0].client.key, 'utf8')
  return {
    stage,
    host,
    places: placesOf({ secret, stage, host, registry, heard, logins: mail.logins, key }),
    messages: () => {
      const bodies = channel.heard().map(({ json }) => ({ ...(json as object), routing_key: null }))
      return JSON.stringify([bodies, mail.mails, readFileSync(stage.shop.messages, 'utf8')])
    },
    close: async () => {
      await stage.close()
      await host.close()
      await registry.close()
      await echo.close()
      await channel.close()
      await mail.close()
      for (const one of certificates) one.remove()
      rmSync(files, { recursive: true, force: true })
    },
  }
}

export type Secret = ReturnType<typeof secretsOf>

function secretsOf() {
  const pager = canary()
    .replaceAll(/[^A-Za-z0-9]/g, 'x')
    .slice(0, 32)
  return {
    token: canary(),
    urlPassword: canary(),
    urlKey: canary(),
    slack: canary(),
    teams: canary(),
    container: { env: canary(), url: canary(), label: canary() },
    row: canary('/+&<x>'),
    files: { body: canary(odd), reader: canary(), form: canary(odd) },
    env: {
      HEADER: canary('/+&<x>'),
      WEBHOOK_KEY: `whsec_${Buffer.from(canary()).toString('base64')}`,
      PAGER: pager.padEnd(32, '0'),
      STATUSPAGE: canary(),
      GRAFANA: canary(),
      EVENTS: canary(),
      MAIL: canary('+/'),
    },
  }
}

function addresses({ urlPassword, urlKey, slack, teams, row }: Secret, echo: Service, channel: Service) {
  return {
    ROW: row,
    ASKED: `${echo.url.replace('//', `//probe:${urlPassword}@`)}/asked?key=${urlKey}`,
    SLACK: `${channel.url}/services/T0/B0/${slack}`,
    TEAMS: `${channel.url}/teams/${teams}?sig=${teams}`,
  }
}

/** Answers with what it was sent, as a service that was written in a hurry does. */
function echoes(token: string) {
  return ({ path, headers, json, method }: Heard) => {
    if (path === '/login') return { status: 200, body: { token } }
    const sent = `${method} ${path} ${JSON.stringify(headers)} ${JSON.stringify(json)}`
    return { status: 500, body: { error: `denied: ${sent}` } }
  }
}

/** Every channel takes what it is sent, but Teams, which is down and quotes its address; what there is to be listed is empty. */
function takesAll({ path, method, json }: Heard) {
  if (path.startsWith('/teams')) return { status: 403, body: `no such flow: ${path}` }
  if (path.startsWith('/services')) return { status: 200, body: 'ok' }
  const isPage = path.includes('/pages/')
  if (method === 'GET')
    return { status: 200, body: isPage && !path.includes('incidents') ? { id: 'page1', name: 'Shop' } : [] }
  if (isPage) return { status: 201, body: { ...(json as { incident: object }).incident, id: 'inc1' } }
  return { status: 202, body: { status: 'success', id: 1 } }
}

async function openMail({ flags, server }: ReturnType<typeof makeCertificates>, password: string) {
  flags('127.0.0.1')
  const logins: string[] = []
  const opened = await openMailServer({
    secure: true,
    cert: readFileSync(server.cert),
    key: readFileSync(server.key),
    onAuth: ({ username, password: given }, _, done) => {
      logins.push(given ?? '')
      if (username === 'astern' && given === password) done(null, { user: 'astern' })
      else done(new Error(`no such account: ${given}`))
    },
  })
  return { ...opened, logins }
}

const complains =
  'echo "error: cannot reach $QUEUE_URL with $API_TOKEN" >&2; trap "exit 0" TERM; httpd -f -p 8080 -h /www & wait'

/** Prints its own token when it starts, as debugging leaves it behind. */
async function deploy(
  { docker }: TestEngine,
  registry: TestRegistry,
  version: string,
  { container }: Secret,
): Promise<void> {
  const id = await importImage(docker, { name: `made/mailer:${version}`, says: version })
  await registry.push(docker, id, `shop/mailer:${version}`)
  const made = await docker.createContainer({
    name: 'mailer-1',
    Image: `${registry.address}/shop/mailer:${version}`,
    Env: [`API_TOKEN=${container.env}`, `QUEUE_URL=amqp://mailer:${container.url}@queue/`],
    Labels: { 'traefik.http.middlewares.auth.basicauth.users': container.label },
    Cmd: ['/bin/busybox', 'sh', '-c', complains],
    HostConfig: { PortBindings: { '8080/tcp': [{ HostPort: '8081' }] } },
    ExposedPorts: { '8080/tcp': {} },
  })
  await made.start()
}

function accounts({ files, row }: Secret): string {
  return `SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON;
    CREATE TABLE canaries (id INT PRIMARY KEY, v VARCHAR(200)); INSERT INTO canaries VALUES (1, '${row}');
    CREATE USER 'looker'@'%' IDENTIFIED BY '${files.reader}'; GRANT SELECT, SHOW VIEW ON shop.* TO 'looker'@'%'`
}

type Written = {
  readonly hosts: object
  readonly services: object
  readonly databases: { readonly main: { readonly mysql: object } }
  readonly checks: readonly object[]
  readonly notify: object
}

type Around = {
  readonly docker: object
  readonly files: string
  readonly echo: string
  readonly channel: string
  readonly mail: number
  readonly ca: string
}

function extend({ manifestFile }: Shop, around: Around): void {
  const { docker, files } = around
  const written = parse(readFileSync(manifestFile, 'utf8')) as Written
  const { main } = written.databases
  const health = { http: 'http://{host}:8081/healthz' }
  const reader = { user: 'looker', password: `file:${files}/reader` }
  writeFileSync(
    manifestFile,
    stringify({
      ...written,
      hosts: { ...written.hosts, 'web-2': docker },
      services: {
        ...written.services,
        mailer: { hosts: ['web-2'], container: 'mailer-1', stop: { grace: '1s' }, health },
      },
      databases: { main: { ...main, mysql: { ...main.mysql, reader }, readers: { accounts: ['looker@%'] } } },
      checks: [...written.checks, ...checksOf(around)],
      notify: { ...written.notify, ...channelsOf(around) },
    }),
  )
}

/** Each fails, and quotes what it got. */
function checksOf({ echo, files }: Around): readonly object[] {
  const should = (name: string, asked: object, assert: object) => ({
    name,
    severity: 'should',
    ...asked,
    assert: [assert],
  })
  const http = (name: string, asked: object) =>
    should(name, { http: { url: `${echo}/${name}`, ...asked } }, { body: 'fine' })
  const sql = (name: string, query: string) => should(name, { sql: { database: 'main', query } }, { cell: 'fine' })
  const fine = { output: 'fine' }
  return [
    http('header', { headers: { 'x-probe': 'env:HEADER', 'x-row': 'env:ROW' } }),
    http('body', { method: 'POST', json: { secret: `file:${files}/body` } }),
    http('form', { method: 'POST', form: { secret: `cmd:/bin/cat ${files}/form` } }),
    http('address', { url: 'env:ASKED' }),
    {
      name: 'flow',
      severity: 'should',
      flow: [
        { name: 'in', http: { url: `${echo}/login` }, assert: [{ status: 200 }], extract: { token: '$.token' } },
        {
          name: 'own',
          http: { url: `${echo}/own`, headers: { authorization: '{token}' } },
          assert: [{ body: 'fine' }],
        },
      ],
    },
    sql('row', 'SELECT v FROM canaries'),
    sql('quoted', 'SELECT updatexml(1, CONCAT(0x7e, (SELECT v FROM canaries)), 1)'),
    should(
      'inside',
      { exec: { service: 'mailer', command: ['/bin/busybox', 'sh', '-c', 'echo $API_TOKEN $QUEUE_URL'] } },
      fine,
    ),
    should('said', { log: { service: 'mailer' } }, { lines: { lacks: 'cannot reach' } }),
    should('here', { command: ['/bin/busybox', 'sh', '-c', 'sleep 0.3; env'] }, fine),
  ]
}

function channelsOf({ channel, mail, ca }: Around): object {
  const smtp = `smtps://127.0.0.1:${mail}`
  const letter = {
    smtp,
    tls: { ca },
    user: 'astern',
    password: 'env:MAIL',
    from: 'a@shop.example',
    to: ['b@shop.example'],
  }
  return {
    hook: { webhook: { url: `${channel}/hook`, secret: 'env:WEBHOOK_KEY' } },
    room: { slack: { webhook: 'env:SLACK' } },
    floor: { teams: { webhook: 'env:TEAMS' } },
    pager: { pagerduty: { routing_key: 'env:PAGER', api: channel } },
    page: { statuspage: { page: 'page1', key: 'env:STATUSPAGE', api: channel }, audience: 'public' },
    graphs: { grafana: { url: channel, token: 'env:GRAFANA' } },
    events: { cdevents: { url: `${channel}/events`, token: 'env:EVENTS' } },
    board: { email: letter },
  }
}
