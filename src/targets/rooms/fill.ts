import type { Fault, Result } from '../../state/fault.ts'
import { oneLine } from '../../state/text.ts'
import type { Start, Tenant } from './port.ts'

/** The environment of a service in a room: what the manifest says of it, and nothing of what serves. */
export async function fillEnv(
  { env, clones, tenant }: Start,
  port: number | null,
  tenants: readonly Tenant[],
  resolve: (value: string) => Promise<string>,
): Promise<Result<Readonly<Record<string, string>>>> {
  const filled: Record<string, string> = {}
  const missing: string[] = []
  for (const [name, written] of Object.entries(env)) {
    let value: string
    try {
      value = await resolve(written)
    } catch (error) {
      return { ok: false, fault: noSecret(tenant, name, error) }
    }
    filled[name] = value.replaceAll(/\{(database|port|host)(?::([\w.-]+))?\}/g, (text, what: string, of?: string) => {
      const found = what === 'database' ? cloneOf(clones, of) : placeOf(what, of, port, tenants)
      if (found === null) missing.push(text)
      return found ?? text
    })
  }
  if (missing.length > 0) return { ok: false, fault: nobody(tenant, missing) }
  return { ok: true, value: filled }
}

function cloneOf(clones: Start['clones'], of: string | undefined): string | null {
  if (of !== undefined) return clones[of] ?? null
  const all = Object.values(clones)
  return all.length === 1 ? (all[0] ?? null) : null
}

function placeOf(what: string, of: string | undefined, own: number | null, tenants: readonly Tenant[]): string | null {
  if (of === undefined) return what === 'port' && own !== null ? String(own) : null
  const there = tenants.find(({ service }) => service === of)?.inside
  if (there === undefined) return null
  return what === 'port' ? (there.port === null ? null : String(there.port)) : there.host
}

function noSecret(service: string, name: string, error: unknown): Fault {
  return {
    code: 'room.no-secret',
    what: `${name} of rehearsal.services.${service}.env is not known: ${oneLine(error instanceof Error ? error.message : String(error))}`,
    means: 'It was not started on the clone.',
    next: 'Make it known to this shell, then: astern rehearse.',
  }
}

function nobody(service: string, missing: readonly string[]): Fault {
  return {
    code: 'room.nobody',
    what: `rehearsal.services.${service}.env names ${[...new Set(missing)].join(', ')}, which nothing in the room is`,
    means: 'It was not started on the clone.',
    next: 'Name a database that is reversed, and services that it depends on and that are in rehearsal.services too.',
  }
}
