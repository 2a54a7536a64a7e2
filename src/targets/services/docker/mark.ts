import type { Beside } from '../../../state/drill/mark.ts'
import type { Identity } from '../../../state/drill/identity.ts'
import type { Result } from '../../../state/fault.ts'
import { markLabels, markName } from '../drill/labels.ts'
import { othersBeside, type MarkShelf } from '../drill/shelf.ts'
import { recordLabels } from '../record/versions.ts'
import type { Engine } from './engine.ts'

/** In the labels of a volume, as the record is (ADR 9). */
export function markVolumes(engine: Engine): MarkShelf {
  const mark = async (environment: string): Promise<Result<string | null>> => {
    const looked = await engine.call('read its mark for drills', (docker, abortSignal) =>
      docker.getVolume(markName(environment)).inspect({ abortSignal }),
    )
    if (looked.ok) return { ok: true, value: looked.value.Labels?.[markLabels.mark] ?? '' }
    return looked.status === 404 ? { ok: true, value: null } : looked
  }
  return {
    identity: () => engineIdentity(engine),
    mark,
    beside: (own, identity) => besideOn(engine, own, identity, mark),
  }
}

type Info = {
  readonly ID: string
  readonly Name: string
  readonly Swarm?: { readonly NodeID?: string; readonly Cluster?: { readonly ID?: string } | null }
}

/** A copied disk brings the Engine's id along; what it is called beside tells more, and the list of production has both machines then. */
export async function engineIdentity(engine: Engine): Promise<Result<Identity>> {
  const info = await engine.call('ask what it is', docker => docker.info() as Promise<Info>)
  if (!info.ok) return info
  const { ID, Name, Swarm: { NodeID = '', Cluster } = {} } = info.value
  const swarm = Cluster?.ID ?? ''
  return {
    ok: true,
    value: {
      ids: [`engine:${ID}`, ...(NodeID === '' ? [] : [`node:${NodeID}`]), ...(swarm === '' ? [] : [`swarm:${swarm}`])],
      bound: [`name:${Name}`],
    },
  }
}

async function besideOn(
  engine: Engine,
  own: string,
  identity: Identity,
  mark: MarkShelf['mark'],
): Promise<Result<readonly Beside[]>> {
  const listed = await engine.call('look whose records lie there', (docker, abortSignal) =>
    docker.listVolumes({ filters: { label: [recordLabels.environment] }, abortSignal }),
  )
  if (!listed.ok) return listed
  const records = listed.value.Volumes.map(({ Name, Labels }) => ({
    where: `volume ${Name}`,
    environment: Labels?.[recordLabels.environment],
  }))
  return othersBeside(records, own, identity, mark)
}
