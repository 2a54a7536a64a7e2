import { readFile } from 'node:fs/promises'
import { execa } from 'execa'
import { maskedDeep } from './masking/deep.ts'
import { openMask } from './masking/mask.ts'
import { shortest } from './masking/spellings.ts'

export type Secrets = {
  /** A reference (`env:NAME`, `file:PATH`, `cmd:ARGV`) -> its value; anything else is itself. Throws when it leads nowhere. */
  readonly resolve: (value: string) => Promise<string>
  /**
   * Resolves every reference that stands anywhere in it, so that a secret is hidden before its first use too: a service may
   * have written it into its log. One that leads nowhere is left to whoever needs it.
   */
  readonly learn: (manifest: unknown) => Promise<void>
  /** Hides what was learnt elsewhere: the account of a registry, the environment of a container. */
  readonly hide: (secret: string) => void
  readonly mask: Mask
}

/** Every secret known so far, in every spelling it may turn up in, becomes `***`: in a text, or in all that is there to be read of a value. */
export type Mask = <T>(value: T) => T

const pattern = /^(env|file|cmd):(.+)$/
const commandMs = 10_000

export function openSecrets(env: Readonly<Record<string, string | undefined>>): Secrets {
  const known = new Map<string, Promise<string>>()
  const { hide, mask, suspects } = openMask()
  const resolve = async (value: string): Promise<string> => {
    const [, kind, rest = ''] = pattern.exec(value) ?? []
    if (kind === undefined) return value
    const fetching = known.get(value) ?? fetchSecret(kind, rest, env)
    known.set(value, fetching)
    try {
      const secret = await fetching
      hide(secret)
      return secret
    } catch (error) {
      known.delete(value)
      throw error
    }
  }
  const learn = async (manifest: unknown): Promise<void> => {
    await Promise.allSettled(referencesIn(manifest).map(resolve))
  }
  return { resolve, learn, hide, mask: value => maskedDeep(value, { mask, suspects }) }
}

export class MissingSecret extends Error {}

/** Each once, wherever in it they stand. */
export function referencesIn(manifest: unknown): readonly string[] {
  if (typeof manifest === 'string') return pattern.test(manifest) ? [manifest] : []
  if (typeof manifest !== 'object' || manifest === null) return []
  return [...new Set(Object.values(manifest).flatMap(referencesIn))]
}

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
