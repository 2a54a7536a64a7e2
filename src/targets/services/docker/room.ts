import { statfs } from 'node:fs/promises'
import type { Endpoint } from '../../../state/manifest.ts'
import type { Engine } from './engine.ts'

/**
 * Bytes free where an Engine keeps its images; null: not known. An Engine tells where that is and, but for a few storage
 * drivers, not how full: what it would count (`/system/df`) takes minutes on a large host, so only a local disk is looked at.
 */
export async function freeBytes(engine: Engine, endpoint: Endpoint): Promise<number | null> {
  if (endpoint.kind !== 'unix') return null
  const info = await engine.call('ask where it keeps its images', docker => docker.info() as Promise<Info>)
  if (!info.ok || info.value.DockerRootDir === undefined) return null
  return statfs(info.value.DockerRootDir).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  )
}

type Info = { readonly DockerRootDir?: string }
