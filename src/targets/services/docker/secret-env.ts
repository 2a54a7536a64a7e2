import type { Inspected } from './find.ts'

/** Names in a container's environment whose values are secrets: they are called so, or hold a password in an address. */
export function secretNames({ Config: { Env } }: Inspected): readonly string[] {
  return (Env ?? []).flatMap(entry => {
    const [name = ''] = entry.split('=')
    return called.test(name) || /:\/\/[^/@\s]*:[^/@\s]+@/.test(entry) ? [name] : []
  })
}

const called =
  /(^|_)(PASS(WORD|WD|PHRASE)?S?|PWD|SECRETS?|TOKENS?|(API|ACCESS|PRIVATE)?KEYS?|CREDENTIALS?|CREDS?|DSN|SALT|PEPPER)(_|$)|PASSWORD|SECRET/i
