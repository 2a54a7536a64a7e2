import { stringify } from 'yaml'

/** One container, or one service of a Swarm, as `astern init` found it. Values of its environment are not among it. */
export type FoundContainer = {
  readonly host: string
  readonly name: string
  /** The Compose project it is of, or the stack. */
  readonly member: { readonly project: string; readonly service: string; readonly number: number } | null
  /** A service of a Swarm, and no container. */
  readonly isSwarms?: true
  /** Of Compose: names of services. Null: nothing tells. */
  readonly dependsOn: readonly string[] | null
  /** Published TCP ports, as the host has them. */
  readonly ports: readonly number[]
  /** Docker's own health check is declared. */
  readonly checked: boolean
  /** The services (of Compose) or containers whose network, processes or memory it uses. */
  readonly sharesWith: readonly string[]
  /** Of one that does not run: `it had ended with 0`. */
  readonly stopped: string | null
}

export type FoundHost = {
  readonly name: string
  readonly written: Readonly<Record<string, unknown>>
  /** What its reader should know. */
  readonly note?: string | null
}

/** A complete, commented astern.yaml for what runs. Guesses are said to be guesses. */
export function suggestManifest(
  environment: string,
  hosts: readonly FoundHost[],
  containers: readonly FoundContainer[],
): string {
  const services = gathered(containers)
  const names = new Set(services.keys())
  return [
    '# Written by astern init from what ran. Read it through: what is a guess says so. docs/astern.example.yaml shows all there is.',
    line({ environment: { name: plainName(environment), class: 'production' } }),
    '# class: production, staging or drill; in words on every screen.',
    '',
    line({ hosts: Object.fromEntries(hosts.map(({ name, written }) => [name, written])) }),
    ...(hosts.some(({ written }) => written['tls'] === 'none') ? [openPort] : []),
    ...hosts.flatMap(({ note }) => note ?? []),
    '',
    ...(containers.some(({ member, dependsOn, isSwarms }) => isSwarms !== true && member !== null && dependsOn === null)
      ? [untold]
      : []),
    'services:',
    ...[...services].flatMap(([name, own]) => serviceLines(name, own, names)),
    '# Databases come with their own part: databases: { main: { sqlite: { file: ... } } }; name them in depends_on of those who use them.',
    '',
    '# Checks are run before and after. Without one, nothing but health tells that users are served. For instance:',
    '# checks:',
    '#   - name: log in',
    '#     group: auth',
    '#     severity: must',
    '#     http: { url: "https://.../login", method: POST, json: { user: probe, password: env:PROBE_PASSWORD } }',
    '#     assert: [{ status: 200 }]',
    '',
    '# Where messages go. Add a webhook, its url by reference: { url: env:OPS_WEBHOOK }',
    line({ notify: { log: { file: 'astern-incidents.ndjson', audience: 'team' } } }),
    '',
  ].join('\n')
}

const openPort =
  '# tls: none: anybody on the way can read and change what is sent. Give tls: { ca: FILE, cert: FILE, key: FILE }, or use ssh://.'

const untold =
  '# The Compose that made these writes nothing of depends_on to its containers (Compose 1 does not): fill it in from your Compose file, or all stop and start at once.'

/** The containers of one place, whatever hosts they are on, under a name of their own; each number of Compose is a service. */
function gathered(containers: readonly FoundContainer[]): ReadonlyMap<string, readonly FoundContainer[]> {
  const places = new Map<string, FoundContainer[]>()
  for (const container of [...containers].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))) {
    const place = JSON.stringify([container.isSwarms === true, container.member ?? container.name])
    places.set(place, [...(places.get(place) ?? []), container])
  }
  const named = new Map<string, readonly FoundContainer[]>()
  for (const own of places.values()) {
    const [first] = own
    if (first !== undefined) named.set(unused(nameOf(first), named), own)
  }
  return named
}

/** Two containers that would have one name are two services all the same. */
function unused(name: string, taken: ReadonlyMap<string, unknown>): string {
  for (let turn = 1; ; turn += 1) {
    const candidate = turn === 1 ? name : `${name}.${turn}`
    if (!taken.has(candidate)) return candidate
  }
}

function nameOf({ name, member }: FoundContainer): string {
  if (member === null) return plainName(name)
  return plainName(member.number === 1 ? member.service : `${member.service}-${member.number}`)
}

function serviceLines(name: string, own: readonly FoundContainer[], names: ReadonlySet<string>): readonly string[] {
  const [first] = own
  if (first === undefined) return []
  const depends = [...new Set([...(first.dependsOn ?? []), ...first.sharesWith])]
    .map(plainName)
    .filter(other => names.has(other) && other !== name)
    .sort()
  const kind = kindOf(name)
  return [
    `  ${name}:${first.stopped === null ? '' : ` # ${first.stopped} when this was written: leave it out if it is a task that ends by itself`}`,
    pair({ hosts: [...new Set(own.map(({ host }) => host))] }),
    pair(placeOf(first)),
    kind === 'web'
      ? pair({ kind })
      : `${pair({ kind })} # a guess by its name: worker, cron, singleton never run twice`,
    depends.length === 0
      ? `    depends_on: [] # ${first.dependsOn === null ? 'not known' : 'nothing was declared'}; services or databases it cannot be without`
      : pair({ depends_on: depends }),
    healthLine(first),
    '    # identity: { http: "http://{host}:PORT/version", json: $.version } # proves which version answers',
    '',
  ]
}

function healthLine({ checked, ports: [port], isSwarms }: FoundContainer): string {
  if (checked) return "    # health: Docker's own health check is declared, and counts."
  if (isSwarms === true && port === undefined)
    return '    # health: nothing tells it from here: it will be "unproven", never green. { http: "http://{host}:PORT/...", expect: { status: 200 } } or { tcp: "{host}:PORT" }'
  return port === undefined
    ? '    # health: nothing tells it: it will be "unproven", never green. { http: ..., expect: { status: 200 } }, { tcp: ... } or { command: [...] }'
    : `    health: { tcp: "{host}:${port}" } # a guess: its published port; an http probe says more`
}

function kindOf(name: string): 'web' | 'worker' | 'cron' {
  if (/cron|schedul/i.test(name)) return 'cron'
  return /worker|queue|consumer|job|mailer/i.test(name) ? 'worker' : 'web'
}

function placeOf({ isSwarms, name, member }: FoundContainer): object {
  if (isSwarms === true) return { swarm: name }
  return member === null ? { container: name } : { compose: composed(member) }
}

function composed({ project, service, number }: NonNullable<FoundContainer['member']>): object {
  return number === 1 ? { project, service } : { project, service, number }
}

/** What can stand in a file name, on a screen, and in a dialog that wants it typed. */
function plainName(text: string): string {
  return text.replaceAll(/[^\w.-]/g, '-').replace(/^[^A-Za-z0-9]+/, '') || 'shop'
}

function pair(value: object): string {
  return `    ${line(value)}`
}

/** One key on one line, its value in flow style. */
function line(value: object): string {
  return Object.entries(value)
    .map(([key, inner]) => `${key}: ${stringify(inner, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`)
    .join('\n')
}
