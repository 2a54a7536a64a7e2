import { readFile } from 'node:fs/promises'
import { execa } from 'execa'

export type Secrets = {
  /** A reference (`env:NAME`, `file:PATH`, `cmd:ARGV`) -> its value; anything else is itself. Throws when it leads nowhere. */
  readonly resolve: (value: string) => Promise<string>
  /** Every secret resolved so far, in every spelling it may turn up in, becomes `***`. */
  readonly mask: (text: string) => string
}

const pattern = /^(env|file|cmd):(.+)$/
const commandMs = 10_000
/** Shorter ones would turn up in any text. */
const shortest = 4

export function openSecrets(env: Readonly<Record<string, string | undefined>>): Secrets {
  const known = new Map<string, string>()
  const hidden = new Set<string>()
  const resolve = async (value: string): Promise<string> => {
    const [, kind, rest = ''] = pattern.exec(value) ?? []
    if (kind === undefined) return value
    const secret = known.get(value) ?? (await fetchSecret(kind, rest, env))
    known.set(value, secret)
    for (const spelling of spellings(secret)) hidden.add(spelling)
    return secret
  }
  const mask = (text: string): string => {
    let masked = text
    for (const secret of hidden) masked = masked.replaceAll(secret, '***')
    return masked
  }
  return { resolve, mask }
}

export class MissingSecret extends Error {}

async function fetchSecret(
  kind: string,
  rest: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const value = kind === 'env' ? env[rest] : kind === 'file' ? await fromFile(rest) : await fromCommand(rest)
  if (value === undefined || value === '') throw new MissingSecret(`the secret ${kind}:${rest} is not there`)
  if (value.length < shortest)
    throw new MissingSecret(`the secret ${kind}:${rest} is shorter than ${shortest} characters: it could not be masked`)
  return value
}

async function fromFile(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text?.replace(/\r?\n$/, '')
}

async function fromCommand(line: string): Promise<string | undefined> {
  const [file = '', ...args] = line.split(' ').filter(part => part !== '')
  const { stdout, failed } = await execa(file, args, {
    stdin: 'ignore',
    stderr: 'ignore',
    timeout: commandMs,
    reject: false,
  })
  return failed ? undefined : stdout.replace(/\r?\n$/, '')
}

/** As it is, in a URL, in JSON, and in base64 at each of the three places it may begin. */
function spellings(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map(lead => {
    const text = Buffer.from(`${' '.repeat(lead)}${secret}`)
      .toString('base64')
      .replace(/=+$/, '')
    return text.slice(lead === 0 ? 0 : lead + 1, -1)
  })
  const whole = Buffer.from(secret).toString('base64')
  const all = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), whole, ...base64]
  return [...all.filter(spelling => spelling === secret || spelling.length >= 2 * shortest), ...passwordIn(secret)]
}

/** Whoever is given a URL may tell its password alone. */
function passwordIn(secret: string): readonly string[] {
  const password = URL.canParse(secret) ? new URL(secret).password : ''
  return [password, decoded(password)].filter(spelling => spelling.length >= shortest)
}

/** A `%` that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
