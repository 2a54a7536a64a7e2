import type { ContainerInspectInfo } from 'dockerode'

type Inspected = Pick<ContainerInspectInfo, 'Config'>

/** Names in a container's environment whose values are secrets: they are called so, or hold a password in an address. */
export function secretNames(container: Inspected): readonly string[] {
  return secretsOf(container).map(({ name }) => name)
}

/** Those values that are long enough to be told from any other word. */
export function secretValues(container: Inspected): readonly string[] {
  return secretsOf(container).flatMap(({ value }) => (value.length < shortest ? [] : [value]))
}

const shortest = 8

function secretsOf({ Config: { Env } }: Inspected): readonly { readonly name: string; readonly value: string }[] {
  return (Env ?? []).flatMap(entry => {
    const [name = ''] = entry.split('=')
    const isSecret = called.test(name) || /:\/\/[^/@\s]*:[^/@\s]+@/.test(entry)
    return isSecret ? [{ name, value: entry.slice(name.length + 1) }] : []
  })
}

const called =
  /(^|_)(PASS(WORD|WD|PHRASE)?S?|PWD|SECRETS?|TOKENS?|(API|ACCESS|PRIVATE)?KEYS?|CREDENTIALS?|CREDS?|DSN|SALT|PEPPER)(_|$)|PASSWORD|SECRET/i
