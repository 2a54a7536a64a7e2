import { dirname } from 'node:path'
import type { Result } from '../../../state/fault.ts'
import type { Endpoint } from '../../../state/manifest.ts'
import type { Engine } from '../../services/docker/engine.ts'
import { reach, wayTo } from '../../services/docker/reach/reach.ts'
import { notHere } from './fleet.ts'

const usual = '/var/run/docker.sock'
/** Of no image that there is: what is asked with it can be checked by the Engine, and never made. */
const noImage = 'astern/none:none'

/** `besideData`: its directory is no place to look into, since the Engine's own data lie below it. */
export type Socket = { readonly path: string; readonly besideData: boolean }

type Info = { readonly DockerRootDir: string }

/**
 * Where an Engine may listen on its own host, the usual place first: what astern.yaml names may be a proxy in front of it.
 * An Engine does not tell; each of these is there, and whoever uses one finds out whether it leads to the Engine.
 */
export async function socketsOn(engine: Engine, endpoint: Endpoint): Promise<Result<readonly Socket[]>> {
  const tried = [...new Set([usual, ...(await knownPath(endpoint))])]
  const info = await engine.call('ask where its data lie', docker => docker.info() as Promise<Info>)
  if (!info.ok) return info
  const found: Socket[] = []
  for (const path of tried) {
    const there = await isOnHost(engine, path)
    if (!there.ok) return there
    if (there.value) found.push({ path, besideData: info.value.DockerRootDir.startsWith(`${dirname(path)}/`) })
  }
  if (found.length > 0) return { ok: true, value: found }
  return notHere(
    `Where the socket of the Engine on ${engine.host} is on its own host is not known: there is no ${tried.join(', no ')}`,
    `Let the Engine listen at ${usual} too; or reach ${engine.host} by unix:// or ssh://, which tell its socket.`,
  )
}

/** An Engine looks whether what is to be mounted is there before it looks for the image. */
export async function isOnHost(engine: Engine, path: string): Promise<Result<boolean>> {
  const asked = await engine.call(`look for ${path}`, docker =>
    docker.createContainer({ Image: noImage, HostConfig: { Mounts: [{ Type: 'bind', Source: path, Target: '/at' }] } }),
  )
  if (asked.ok) throw new Error(`${noImage} is an image of ${engine.host}`)
  if (asked.status === 404 || asked.status === 400) return { ok: true, value: asked.status === 404 }
  return asked
}

/** Over ssh the docker client there knows which socket it goes to; a rootless Engine's is its account's own. */
async function knownPath(endpoint: Endpoint): Promise<readonly string[]> {
  const to = await wayTo(endpoint)
  if (to.kind === 'unix') return [to.path]
  if (to.kind !== 'ssh') return []
  const way = await reach(to)
  try {
    const argv = ['docker', 'context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']
    const ran = await way.run?.(argv)
    const [, path] = /^unix:\/\/(\/\S+)$/.exec(ran?.output.trim() ?? '') ?? []
    return path === undefined ? [] : [path]
  } catch {
    // What cannot be asked there is not known; the usual place is tried.
    return []
  } finally {
    way.close()
  }
}
