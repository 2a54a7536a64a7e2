import type { Deploying } from '../../../state/deploying.ts'
import { oneLine } from '../../../state/text.ts'
import type { SwarmService } from './api.ts'
import { engineOf, type Swarms } from './layout.ts'

const stackLabel = 'com.docker.stack.namespace'

/** Updates of the manifest's services that a Swarm is carrying out, and of those their stacks are made of. */
export async function deploysOn(swarms: Swarms, host: string): Promise<readonly Deploying[]> {
  const engine = engineOf(swarms, host)
  const listed = await engine.call('list its services', docker => docker.listServices())
  const info = await engine.call('ask for its time', docker => docker.info() as Promise<{ SystemTime?: string }>)
  if (!listed.ok) return []
  const names = Object.values(swarms.services).flatMap(({ hosts, swarm }) =>
    swarm !== undefined && hosts.includes(host) ? [swarm] : [],
  )
  const nowMs = info.ok ? Date.parse(info.value.SystemTime ?? '') : Number.NaN
  return underWay(listed.value as readonly SwarmService[], names, nowMs)
}

/** `nowMs`: NaN where it is not known. */
export function underWay(all: readonly SwarmService[], names: readonly string[], nowMs: number): readonly Deploying[] {
  const stackOf = ({ Spec }: SwarmService): string | null => Spec.Labels?.[stackLabel] ?? null
  const stacks = new Set(all.filter(({ Spec }) => names.includes(Spec.Name)).map(stackOf))
  const ours = all
    .filter(service => names.includes(service.Spec.Name) || (stackOf(service) !== null && stacks.has(stackOf(service))))
    .filter(({ UpdateStatus }) => UpdateStatus?.State === 'updating' || UpdateStatus?.State === 'rollback_started')
    .sort((a, b) => (a.Spec.Name < b.Spec.Name ? -1 : 1))
  return [...new Set(ours.map(stackOf))].map(stack => {
    const its = ours.filter(service => stackOf(service) === stack)
    const begun = Math.max(
      ...its.map(({ UpdateStatus, UpdatedAt }) => Date.parse(UpdateStatus?.StartedAt ?? UpdatedAt)),
    )
    return {
      by: stack === null ? null : `stack ${oneLine(stack, 60)}`,
      isUnderWay: true,
      signs: its.map(inWords),
      agoMs: Number.isNaN(nowMs - begun) ? 0 : Math.max(0, nowMs - begun),
    }
  })
}

function inWords({ Spec, UpdateStatus }: SwarmService): string {
  const name = oneLine(Spec.Name, 60)
  return UpdateStatus?.State === 'rollback_started' ? `rolling ${name} back to the spec before` : `updating ${name}`
}
