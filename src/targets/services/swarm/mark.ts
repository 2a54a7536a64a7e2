import type { Identity } from '../../../state/drill/identity.ts'
import type { Result } from '../../../state/fault.ts'
import type { Engine } from '../docker/engine.ts'
import { markName } from '../drill/labels.ts'
import { othersBeside, type MarkShelf } from '../drill/shelf.ts'
import { recordLabels } from '../record/versions.ts'
import { swarmId } from './id.ts'

type ConfigInfo = {
  readonly Spec: { readonly Name: string; readonly Labels?: Readonly<Record<string, string>>; readonly Data?: string }
}

/** In a config, as the record is: all managers have it. */
export function markConfigs(engine: Engine): MarkShelf {
  const mark = async (environment: string): Promise<Result<string | null>> => {
    const looked = await engine.call(
      'read its mark for drills',
      docker => docker.getConfig(markName(environment)).inspect() as Promise<ConfigInfo>,
    )
    if (looked.ok) return { ok: true, value: Buffer.from(looked.value.Spec.Data ?? '', 'base64').toString('utf8') }
    return looked.status === 404 ? { ok: true, value: null } : looked
  }
  return {
    identity: () => identityOf(engine),
    mark,
    beside: async (own, identity) => {
      const listed = await engine.call('look whose records lie there', (docker, abortSignal) =>
        docker.listConfigs({ filters: { label: [recordLabels.environment] }, abortSignal }),
      )
      if (!listed.ok) return listed
      const records = (listed.value as unknown as readonly ConfigInfo[]).map(({ Spec: { Name, Labels } }) => ({
        where: `config ${Name}`,
        environment: Labels?.[recordLabels.environment],
      }))
      return othersBeside(records, own, identity, mark)
    },
  }
}

type NodeInfo = { readonly ID: string; readonly Description?: { readonly Hostname?: string } }

async function identityOf(engine: Engine): Promise<Result<Identity>> {
  const swarm = await swarmId(engine)
  if (!swarm.ok) return swarm
  const nodes = await engine.call('ask for its nodes', docker => docker.listNodes() as Promise<readonly NodeInfo[]>)
  if (!nodes.ok) return nodes
  return {
    ok: true,
    value: {
      ids: [`swarm:${swarm.value}`, ...nodes.value.map(({ ID }) => `node:${ID}`)],
      bound: nodes.value.map(({ Description }) => `name:${Description?.Hostname ?? ''}`),
    },
  }
}
