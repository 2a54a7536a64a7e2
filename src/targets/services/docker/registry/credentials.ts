import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** As the Engine takes it with a request. Held for the one call, and written nowhere. */
export type Account =
  | { readonly username: string; readonly password: string; readonly serveraddress: string }
  | { readonly identitytoken: string; readonly serveraddress: string }

/** `note`: why there is no account, in words. */
export type Credentials = { readonly account: Account | null; readonly note: string }

const helperMs = 15_000
const hub = 'https://index.docker.io/v1/'

/** The account that the Docker client of this machine would use: its helpers first, then what its file holds. */
export async function credentialsFor(registry: string): Promise<Credentials> {
  const file = join(process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'config.json')
  const config = await configIn(file)
  const server = registry === 'docker.io' ? hub : registry
  const helper = config.credHelpers?.[server] ?? config.credsStore
  if (helper !== undefined && helper !== '') {
    const found = await askHelper(helper, server)
    if (found.account !== null || config.auths === undefined) return found
  }
  const auth = Object.entries(config.auths ?? {}).find(([key]) => hostOf(key) === hostOf(server))?.[1]
  const account = auth === undefined ? null : accountIn(auth, server)
  return { account, note: account === null ? `${file} has no account for ${registry}` : '' }
}

/** What of it nobody may read, should an Engine or a registry quote it. */
export function secretsIn(account: Account | null): readonly string[] {
  if (account === null) return []
  return [JSON.stringify(account), 'password' in account ? account.password : account.identitytoken]
}

type Auth = {
  readonly auth?: string
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
}
type ClientConfig = {
  readonly auths?: Readonly<Record<string, Auth>>
  readonly credsStore?: string
  readonly credHelpers?: Readonly<Record<string, string>>
}

async function configIn(file: string): Promise<ClientConfig> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** `https://registry.example/v1/` -> `registry.example` */
function hostOf(server: string): string {
  return server.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
}

function accountIn({ auth, username, password, identitytoken }: Auth, serveraddress: string): Account | null {
  if (identitytoken !== undefined && identitytoken !== '') return { identitytoken, serveraddress }
  const [, name = username, secret = password] =
    /^([^:]+):([\s\S]*)$/.exec(Buffer.from(auth ?? '', 'base64').toString('utf8')) ?? []
  return name === undefined || secret === undefined ? null : { username: name, password: secret, serveraddress }
}

/** The helper is asked through its stdin; its answer is the only place where the secret passes. */
async function askHelper(helper: string, server: string): Promise<Credentials> {
  const program = `docker-credential-${helper}`
  const none = (note: string): Credentials => ({ account: null, note })
  if (!/^[\w.-]+$/.test(helper))
    return none('the credential helper in the Docker client’s configuration has no usable name')
  const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], signal: AbortSignal.timeout(helperMs) })
  child.stdin.on('error', () => {})
  child.stdin.end(server)
  const ended = once(child, 'close').then(
    ([code]) => code as number | null,
    () => null,
  )
  const [said, code] = await Promise.all([text(child.stdout).catch(() => ''), ended])
  if (code === null) return none(`${program} cannot be run, or gave no answer in ${helperMs / 1000} s`)
  const answer = code === 0 ? parse(said) : null
  if (answer === null) return none(`${program} has no account for ${server}`)
  const { Username: username = '', Secret: secret = '' } = answer
  return {
    account:
      username === '<token>'
        ? { identitytoken: secret, serveraddress: server }
        : { username, password: secret, serveraddress: server },
    note: '',
  }
}

function parse(said: string): { readonly Username?: string; readonly Secret?: string } | null {
  try {
    const value: unknown = JSON.parse(said)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}
