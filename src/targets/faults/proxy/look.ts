import {
  addressText,
  parseAddress,
  routeTo,
  type Address,
  type ProxyFault,
  type ProxyState,
} from '../../../state/drill/proxy.ts'
import type { Inject, InjectTarget } from '../../../state/drill/scenario.ts'
import type { Channel } from '../../../state/channel.ts'
import type { Result } from '../../../state/fault.ts'
import type { Manifest } from '../../../state/manifest.ts'
import { injectedOf } from '../by-family.ts'
import type { FaultLook } from '../port.ts'
import { unable } from '../unable.ts'
import { stateOf } from './client.ts'

type Asked = { readonly proxy: Address; readonly state: Result<ProxyState> }

/** Faults on the way: proxies of the environment are asked, all at once. */
export function proxyFaultLook(manifest: Manifest): FaultLook {
  const { name } = manifest.environment
  const ofRun = async (run: string, inject: string) => {
    const all = await askAll(manifest)
    const found = all.flatMap(({ state }) => (state.ok ? state.value.faults : []))
    const silent = all.flatMap(({ state }) => (state.ok ? [] : [state.fault.what]))
    return { fault: found.find(one => one.run === run && one.injected.inject === inject) ?? null, silent }
  }
  return {
    able: inject => able(manifest, inject),
    seen: async () =>
      (await askAll(manifest)).map(({ state }) =>
        state.ok ? { ok: true, value: state.value.faults.filter(isOf(name)).map(seenAs) } : state,
      ),
    probe: async (command, { run }) => {
      const { fault, silent } = await ofRun(run, injectedOf(command).inject)
      const isInject = command.kind === 'drill.inject'
      if (fault !== null) {
        const says = `the proxy disturbs ${routeTo(fault.injected.target) ?? ''} until ${fault.expiresAt}`
        return { verdict: isInject ? 'holds' : 'not yet', observed: { expiresAt: fault.expiresAt }, says }
      }
      if (silent.length > 0) return { verdict: 'unclear', observed: null, says: silent.join('; ') }
      return { verdict: isInject ? 'not yet' : 'holds', observed: null, says: 'no proxy disturbs anything for it' }
    },
    close: async () => {},
  }
}

function isOf(environment: string): (fault: ProxyFault) => boolean {
  return fault => fault.environment === environment
}

function seenAs({ run, injected, expiresAt }: ProxyFault) {
  return { run, injected, expiresAt }
}

export function proxiesOf({ drill }: Manifest): readonly Address[] {
  return (drill?.proxies ?? []).flatMap(text => parseAddress(text) ?? [])
}

function askAll(manifest: Manifest): Promise<readonly Asked[]> {
  return Promise.all(proxiesOf(manifest).map(async proxy => ({ proxy, state: await stateOf(proxy) })))
}

export async function proxyOnTheWay(manifest: Manifest, target: InjectTarget): Promise<Address | null> {
  return standsOn(routeTo(target) ?? '', await askAll(manifest))?.proxy ?? null
}

/** The one that stands on a way, and where it listens for that. */
function standsOn(route: string, all: readonly Asked[]) {
  for (const { proxy, state } of all) {
    const listens = state.ok ? state.value.routes[route] : undefined
    if (listens !== undefined) return { proxy, listens }
  }
  return null
}

async function able(manifest: Manifest, inject: Inject): Promise<Result<string>> {
  const route = routeTo(inject.target) ?? ''
  const way = `A proxy (astern drill --proxy FILE) with the route "${route}" has to stand on the way, and be named in drill.proxies.`
  const all = await askAll(manifest)
  const here = standsOn(route, all)
  if (here === null) {
    const silent = all.flatMap(({ state }) => (state.ok ? [] : [state.fault.what]))
    const what = silent.length > 0 ? silent.join('; ') : `no proxy is on the way to ${route}`
    return unable(inject, what, way)
  }
  const goes = goesTo(manifest, inject.target)
  if (goes !== null && addressText(goes) !== addressText(here.listens)) {
    const what = `${route} is reached at ${addressText(goes)}, and the proxy listens at ${addressText(here.listens)}`
    return unable(inject, what, 'Name the proxy in the place of what is behind it, in astern.yaml.')
  }
  return { ok: true, value: `the proxy at ${addressText(here.proxy)} disturbs the way, and stops by itself` }
}

/** Where it is reached, by astern.yaml; null: that does not say it, or says it with a secret. */
function goesTo({ hosts, drill }: Manifest, target: InjectTarget): Address | null {
  if (target.kind === 'host') {
    const host = hosts[target.host]
    if (host === undefined || host.kind === 'releases') return null
    const { endpoint } = host
    if (endpoint.kind === 'unix') return endpoint
    return endpoint.kind === 'tcp' ? { kind: 'tcp', host: endpoint.host, port: endpoint.port } : null
  }
  const channel = target.kind === 'channel' ? drill?.notify?.[target.channel] : undefined
  return channel === undefined ? null : postsTo(channel)
}

function postsTo(channel: Channel): Address | null {
  if (!('url' in channel) || !URL.canParse(channel.url)) return null
  const { protocol, hostname, port } = new URL(channel.url)
  if (protocol !== 'http:' && protocol !== 'https:') return null
  const usual = protocol === 'http:' ? 80 : 443
  return { kind: 'tcp', host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usual : Number(port) }
}
