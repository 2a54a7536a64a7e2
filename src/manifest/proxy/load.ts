import { z } from 'zod'
import { parseAddress, type Address, type ProxyFile } from '../../state/drill/proxy.ts'
import type { ManifestFault } from '../faults.ts'
import { notThere, readYaml } from '../read-yaml.ts'
import { proxySchema } from './schema.ts'

type LoadedProxy =
  | { readonly ok: true; readonly proxy: ProxyFile }
  | { readonly ok: false; readonly faults: readonly ManifestFault[] }

/** The file of a proxy, or all its faults at once. */
export async function loadProxy(file: string, read: (path: string) => Promise<string>): Promise<LoadedProxy> {
  const text = await read(file).catch(() => null)
  if (text === null)
    return { ok: false, faults: [notThere('Name the file of a proxy, or begin from docs/proxy.example.yaml.')] }
  const loaded = readYaml(text, proxySchema, { schema: proxyJsonSchema, example: 'docs/proxy.example.yaml' })
  if (!loaded.ok) return loaded
  const { control, routes } = loaded.value
  const twice = sharedPlaces({ control, ...Object.fromEntries(Object.entries(routes).map(([n, r]) => [n, r.listen])) })
  const faults = twice.map(([name, place]) =>
    loaded.at(
      name === 'control' ? [name] : ['routes', name],
      `listens at ${place}, as another does`,
      'Give each a place.',
    ),
  )
  if (faults.length > 0) return { ok: false, faults }
  const each = Object.entries(routes).map(
    ([name, { listen, to }]) => [name, { listen: addressOf(listen), to: addressOf(to) }] as const,
  )
  return { ok: true, proxy: { control: addressOf(control), routes: Object.fromEntries(each) } }
}

function proxyJsonSchema(): unknown {
  return z.toJSONSchema(proxySchema, { io: 'input', unrepresentable: 'any', reused: 'ref' })
}

function sharedPlaces(listens: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  const all = Object.entries(listens)
  const spelt = (text: string): string => text.replace(/^http:/, 'tcp:')
  return all.filter(([, place], index) => all.findIndex(([, other]) => spelt(other) === spelt(place)) !== index)
}

function addressOf(text: string): Address {
  const address = parseAddress(text)
  if (address === null) throw new Error(`no address: ${text}`)
  return address
}
