import type { Space } from '../../../state/space.ts'
import type { Engine } from './engine.ts'

type Info = { readonly DockerRootDir?: string; readonly DriverStatus?: readonly (readonly [string, string])[] | null }

/**
 * What is free where an Engine keeps its images. Two storage drivers tell it themselves; of all others the API tells where
 * that is and not how full (`/system/df` counts what is used, for minutes on a large host).
 */
export async function spaceOf(engine: Engine): Promise<Space> {
  const info = await engine.call('ask where it keeps its images', docker => docker.info() as Promise<Info>)
  if (!info.ok) return { freeBytes: null, at: null, why: info.fault.what }
  const own = freeInPool(info.value.DriverStatus ?? [])
  if (own !== null) return { freeBytes: own, at: 'the pool of its storage driver', why: null }
  const { DockerRootDir: at } = info.value
  if (at === undefined) return { freeBytes: null, at: null, why: 'its Engine does not tell where it keeps its images' }
  const free = await engine.freeAt(at)
  return 'bytes' in free ? { freeBytes: free.bytes, at, why: null } : { freeBytes: null, at, why: free.why }
}

/** Of zfs in bytes, of devicemapper rounded and with a unit: `16.8 GB`. */
export function freeInPool(status: readonly (readonly [string, string])[]): number | null {
  const told = new Map(status)
  const text = told.get('Space Available') ?? told.get('Data Space Available') ?? ''
  const [, number, unit = 'B'] = /^(\d+(?:\.\d+)?)(?: ?([kMGTP]?B))?$/.exec(text) ?? []
  return number === undefined
    ? null
    : Math.floor(Number(number) * 1000 ** ['B', 'kB', 'MB', 'GB', 'TB', 'PB'].indexOf(unit))
}
