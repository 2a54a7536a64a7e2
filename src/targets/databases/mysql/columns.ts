import { quoteName } from './names.ts'

export function of(name: string, from?: string): string {
  return from === undefined ? quoteName(name) : `${from}.${quoteName(name)}`
}

export function list(names: readonly string[], from?: string): string {
  return names.map(name => of(name, from)).join(', ')
}

export function onKeys(keys: readonly string[], one: string, other: string): string {
  return keys.map(key => `${of(key, one)} = ${of(key, other)}`).join(' AND ')
}
