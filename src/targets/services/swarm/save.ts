import type { Fault, Result } from '../../../state/fault.ts'
import type { Engine } from '../docker/engine.ts'
import { lookAtImage } from '../docker/image-config.ts'
import { saveImage } from '../docker/save.ts'

export type ToSaveOfSwarm = {
  /** `registry:5000/shop/api@sha256:...` */
  readonly reference: string
  /** `registry:5000/shop/api:1.2.2` */
  readonly name: string
  readonly directory: string
}

export type SavedOfSwarm = { readonly file: string; readonly from: string }

/** Of `engines` those that are nodes of the Swarm that `manager` is of. */
export async function nodesAmong(manager: Engine, engines: readonly Engine[]): Promise<readonly Engine[]> {
  const nodes = await manager.call('list its nodes', (docker, abortSignal) => docker.listNodes({ abortSignal }))
  if (!nodes.ok) return []
  const ids = new Set((nodes.value as readonly { readonly ID: string }[]).map(({ ID }) => ID))
  const asked = await Promise.all(
    engines.map(async engine => {
      const info = await engine.call('ask which node it is', docker => docker.info() as Promise<Info>)
      const id = info.ok ? (info.value.Swarm?.NodeID ?? '') : ''
      return ids.has(id) ? [engine] : []
    }),
  )
  return asked.flat()
}

type Info = { readonly Swarm?: { readonly NodeID?: string } }

/** From the first of the nodes that has it: a Swarm itself hands out no images, and its managers none of another node's. */
export async function saveFromNodes(
  swarm: string,
  nodes: readonly Engine[],
  { reference, name, directory }: ToSaveOfSwarm,
): Promise<Result<SavedOfSwarm>> {
  for (const node of nodes) {
    const image = await lookAtImage(node, reference)
    if (!image.ok) continue
    const saved = await saveImage(node, { digest: image.value.Id, name, directory })
    return saved.ok ? { ok: true, value: { file: saved.value, from: node.host } } : saved
  }
  return { ok: false, fault: onNoNode(swarm, nodes, reference) }
}

function onNoNode(swarm: string, nodes: readonly Engine[], reference: string): Fault {
  const asked = nodes.map(({ host }) => host).join(', ')
  return {
    code: 'image.not-saved',
    what: `${reference} of ${swarm} was not saved: ${asked === '' ? 'none of its nodes can be asked from here' : `of its nodes only ${asked} can be asked from here, and none of them has it`}`,
    means: 'The release is recorded. If its registry loses that image, there is no way back to it.',
    next: `Name a node that runs it as a Docker host in astern.yaml (hosts: { NODE: { docker: URL } }), or pull it on a manager: docker pull ${reference}. Then record again with --save.`,
  }
}
