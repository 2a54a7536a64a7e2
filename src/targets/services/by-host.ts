import type { Host } from '../../state/manifest.ts'
import type { ServiceAct, ServiceLook, ServiceWatch } from './port.ts'

type Kind = Host['kind']
type Hosts = Readonly<Record<string, Host>>

/** One look over hosts of several kinds: each question goes to the adapter of its host. */
export function lookByHost(hosts: Hosts, adapters: Readonly<Record<Kind, ServiceLook>>): ServiceLook {
  const at = ({ host }: { readonly host: string }): ServiceLook => adapters[kindOf(hosts, host)]
  return {
    observe: instance => at(instance).observe(instance),
    releases: (instance, wanted) => at(instance).releases(instance, wanted),
    kept: (instance, digest, image) => at(instance).kept(instance, digest, image),
    files: (instance, release, path) => at(instance).files(instance, release, path),
    surroundings: instance => at(instance).surroundings(instance),
    space: host => at({ host }).space(host),
    deploys: host => at({ host }).deploys(host),
    configurations: (instance, wanted) => at(instance).configurations(instance, wanted),
    errors: (instance, lines) => at(instance).errors(instance, lines),
    health: instance => at(instance).health(instance),
    record: host => at({ host }).record(host),
    schema: (host, fingerprint) => at({ host }).schema(host, fingerprint),
    hostId: host => at({ host }).hostId(host),
    drill: host => at({ host }).drill(host),
    machine: host => at({ host }).machine(host),
    probe: (command, context) => at(command).probe(command, context),
    close: async () => {
      await Promise.all(Object.values(adapters).map(adapter => adapter.close()))
    },
  }
}

export function watchByHost(hosts: Hosts, adapters: Readonly<Record<Kind, ServiceWatch>>): ServiceWatch {
  const at = ({ host }: { readonly host: string }): ServiceWatch => adapters[kindOf(hosts, host)]
  return {
    observe: instance => at(instance).observe(instance),
    health: instance => at(instance).health(instance),
    close: async () => {
      await Promise.all(Object.values(adapters).map(adapter => adapter.close()))
    },
  }
}

export function actByHost(hosts: Hosts, adapters: Readonly<Record<Kind, ServiceAct>>): ServiceAct {
  const at = ({ host }: { readonly host: string }): ServiceAct => adapters[kindOf(hosts, host)]
  return {
    ...lookByHost(hosts, adapters),
    attempt: (command, evidence, signal) => at(command).attempt(command, evidence, signal),
    apply: (command, permit, context, evidence) => at(command).apply(command, permit, context, evidence),
  }
}

/** Names were checked with the manifest: a missing one is a bug. */
function kindOf(hosts: Hosts, name: string): Kind {
  const host = hosts[name]
  if (host === undefined) throw new Error(`no such host: ${name}`)
  return host.kind
}
